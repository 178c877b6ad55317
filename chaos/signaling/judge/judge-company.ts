import type { LedgerIndex } from "./ledger-index.ts";
import type { Violation } from "./violation.ts";

/** That presence and receipts tell only of what the member may know. */
export function judgeCompany(index: LedgerIndex): readonly Violation[] {
  const { presences, acknowledgements } = index.ledger;
  const promise = "members only" as const;
  const frames = new Map(
    index.ledger.relayed.flatMap(({ frameId, messagePayload }) => {
      const frame = index.frameWith(messagePayload);
      return frame && frameId !== undefined ? [[frameId, frame]] : [];
    }),
  );
  return [
    ...presences.flatMap(({ socket, members }) => {
      const at = index.memberOn(socket);
      const strangers = members.filter((name) => !index.named(at, name));
      if (strangers.length === 0) return [];
      return [{ promise, says: `${at.id} was told that ${strangers.join(", ")} is there.`, frames: [] }];
    }),
    ...acknowledgements.flatMap(({ socket, frameId, senderClientId = "MASTER" }) => {
      const at = index.memberOn(socket);
      const frame = frames.get(frameId);
      if (frame && index.senderOf(frame).id === at.id && frame.to === senderClientId) return [];
      const says = `${at.id} got a receipt of ${frameId} from ${senderClientId}; expected one of its own frames.`;
      return [{ promise, says, frames: frame ? [frame.id] : [] }];
    }),
  ];
}
