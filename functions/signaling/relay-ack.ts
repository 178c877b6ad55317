import { ackFrame } from "./frames.ts";
import type { Identity } from "./identity.ts";
import type { AckFrame } from "./protocol.ts";
import { findRecipient, type Passage, type ReachPorts, type Relayed } from "./reach.ts";

/** Passes the receipt of a frame to the member that sent it, in two AWS calls. It is not kept: who is absent gets none. */
export async function relayAck(
  ports: Pick<ReachPorts, "peers" | "connections" | "now">,
  { recipient }: Passage,
  frame: AckFrame,
  sender: Identity,
): Promise<Relayed> {
  const found = await findRecipient(ports, recipient);
  if (!found) return { kind: "refused", code: "recipient_not_connected" };
  const posted = await ports.connections.post(found.id, ackFrame(frame, sender));
  if (posted === "delivered") return { kind: posted };
  return { kind: "refused", code: posted === "gone" ? "recipient_not_connected" : "delivery_unavailable" };
}
