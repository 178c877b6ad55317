import { LedgerIndex } from "./judge/ledger-index.ts";
import type { Violation } from "./judge/violation.ts";
import type { Ledger, Moment } from "./ledger.ts";

/** What the ledger has about the frames of a violation and about who is concerned, one line an entry. */
export function tell(ledger: Ledger, { frames: ids }: Violation): string[] {
  const index = new LedgerIndex(ledger);
  const frames = ledger.frames.filter(({ id }) => ids.includes(id));
  const entries: { readonly at: Moment; readonly text: string }[] = [];
  const add = (at: Moment, text: string) => entries.push({ at, text });
  for (const frame of frames) {
    const { id, kind, ufrag, seq, correlationId, to } = frame;
    const what = [kind, ufrag && `ufrag ${ufrag}`, seq && `seq ${seq}`, correlationId ?? "no correlation id"];
    for (const send of frame.sends) {
      add(
        send,
        `${id} sent by ${index.senderOf(frame).id} on ${send.socket} to ${to}: ${what.filter(Boolean).join(", ")}`,
      );
    }
    for (const answer of index.answersTo(frame)) {
      add(answer, `${id} answered ${answer.code} on ${answer.socket}, frame id ${answer.frameId}`);
    }
    for (const report of index.reportsOf(frame)) {
      add(report, `${id} reported ${report.code} on ${report.socket}, frame id ${report.frameId}`);
    }
    for (const record of ledger.relayed.filter(({ messagePayload }) => messagePayload === frame.payload)) {
      add(
        record,
        `${id} arrived at ${index.memberOn(record.socket).id} on ${record.socket}, frame id ${record.frameId}`,
      );
    }
  }
  const concerned = new Set(
    frames.flatMap((frame) => [index.senderOf(frame), index.recipientOf(frame) ?? []].flat()),
  );
  for (const member of concerned) {
    for (const { id, client, opened, end } of index.socketsOf(member)) {
      const announced = index.client(client).announced ? "announced" : "not announced";
      add(opened, `${id} opened by ${member.id}, client ${client} (${announced})`);
      if (end) add(end, `${id} ended: ${end.how}`);
    }
  }
  for (const { socket, senderClientId = "MASTER", from, to, ...at } of ledger.gaps) {
    if (concerned.has(index.memberOn(socket)))
      add(at, `${socket} was told of the gap ${from} to ${to} of ${senderClientId}`);
  }
  for (const kill of ledger.kills) add(kill, "instances were killed");
  entries.sort((one, other) => one.at.order - other.at.order);
  const from = Math.min(...frames.flatMap(({ sends }) => sends.map(({ real }) => real)));
  return entries
    .filter(({ at, text }) => text !== "instances were killed" || isNear(entries, at))
    .map(({ at, text }) => `${((at.real - from) / 1_000).toFixed(3).padStart(9)} s  ${text}`);
}

/** Within the time of the frames' own entries. */
const isNear = (
  entries: readonly { readonly at: Moment; readonly text: string }[],
  kill: Moment,
): boolean => {
  const own = entries
    .filter(({ text }) => / (sent|answered|reported|arrived) /.test(text))
    .map(({ at }) => at.order);
  return kill.order > Math.min(...own) && kill.order < Math.max(...own);
};
