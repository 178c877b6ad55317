import * as v from "valibot";
import { pseudonym } from "../shared/digest.ts";
import type { Line } from "../shared/telemetry.ts";
import type { DeliverPorts, QueueRecord } from "./deliver.ts";
import { type Delivery, delivery } from "./deliveries.ts";
import { passage } from "./gate.ts";
import { channelKey } from "./identity.ts";
import { longestHeld, mostHeld } from "./pairs.ts";
import { beginSdp, type Negotiated, settleSdp } from "./pass-gate.ts";
import { type Delay, ifPairsAnswer } from "./reach.ts";

/** `done`: delivered or expired. `undelivered`: to be tried again. `unreadable`: never to be delivered. */
export type Attempt = "done" | "undelivered" | "unreadable";

/**
 * One attempt at one queued frame, and its log line. With `blocked` nothing is sent: the frame waits for
 * that reason, unless its time is past. Never throws.
 */
export const attemptDelivery = (
  ports: DeliverPorts,
  record: QueueRecord,
  blocked: "group_blocked" | "no_time" | undefined,
): Promise<Attempt> =>
  ports.telemetry.observe("delivery", async (line) => {
    line.add({ requestId: record.messageId, receiveCount: record.attributes.ApproximateReceiveCount });
    const message = readDelivery(record.body);
    if (!message) {
      line.add({ outcome: "failed", code: "message_malformed" });
      return "unreadable";
    }
    line.add(deliveryFields(message, ports.now()));
    if (blocked) {
      line.add({ outcome: "retried", code: blocked });
      return "undelivered";
    }
    try {
      if (message.expiresAt <= ports.now()) {
        line.add({ outcome: "expired", code: "expired" });
        if (isNegotiated(message)) await ifPairsAnswer(() => expireGate(ports, message));
        return "done";
      }
      return isNegotiated(message)
        ? await sendInOrder(ports, message, line)
        : await send(ports, message, line);
    } catch (error) {
      line.fail(error);
      return message.expiresAt <= ports.now() ? "done" : "undelivered";
    }
  });

/** Posts to the recipient's newest connection, in whatever order. */
async function send(ports: DeliverPorts, message: Delivery, line: Line): Promise<Attempt> {
  const connectionId = await findConnection(ports, message);
  if (connectionId === undefined) return again(line, "absent");
  line.add({ connectionId });
  const posted = await ports.connections.post(connectionId, message.frame);
  if (posted !== "delivered") return again(line, posted);
  line.add({ outcome: "delivered" });
  return "done";
}

async function sendInOrder(ports: DeliverPorts, message: Negotiated, line: Line): Promise<Attempt> {
  const gated =
    message.action === "ICE_CANDIDATE"
      ? await ifPairsAnswer(() => admitCandidate(ports, message))
      : await sendSdp(ports, message, line);
  if (gated === "pairs_unavailable") {
    // The queue's order must do.
    line.add({ code: gated });
    return send(ports, message, line);
  }
  switch (gated) {
    case "open":
      return send(ports, message, line);
    case "held":
      line.add({ outcome: "queued", code: "sdp_awaited" });
      return "done";
    case "superseded":
    case "expired":
    case "too_many_waiting":
      line.add({ outcome: "expired", code: gated });
      return "done";
    case "changed":
      return again(line, "pair_contended");
    default:
      return gated;
  }
}

/** A candidate that must wait does so in its pair's row, and stops nobody behind it. */
async function admitCandidate({ pairs, now }: DeliverPorts, message: Negotiated) {
  const { pair } = message.negotiation;
  const row = await pairs.read(pair);
  const may = passage(row.gate, message.negotiation);
  if (may !== "wait" && may !== "queued") return may;
  if (row.held.length >= mostHeld || message.frame.length > longestHeld) return "too_many_waiting";
  return pairs.hold(pair, row.version, message, now());
}

async function sendSdp(
  ports: DeliverPorts,
  message: Negotiated,
  line: Line,
): Promise<Attempt | "superseded" | "pairs_unavailable"> {
  const foundAt = ports.now();
  const connectionId = await findConnection(ports, message);
  if (connectionId === undefined) return again(line, "absent");
  const begun = await ifPairsAnswer(() => beginSdp(ports, message, "worker"));
  if (begun === "pairs_unavailable") return begun;
  if (begun.kind === "superseded") return "superseded";
  if (begun.kind === "contended") return again(line, "pair_contended");
  if (begun.kind === "in_flight") return again(line, "sdp_in_flight");
  line.add({ connectionId });
  if (begun.kind === "already") {
    line.add({ outcome: "delivered" });
    return "done";
  }
  const posted = await ports.connections.post(connectionId, message.frame);
  const delivered = posted === "delivered";
  const connection = { id: connectionId, foundAt };
  const outcome = delivered ? { state: "open" as const, connection } : { state: "queued" as const };
  const pass = async (held: Delivery) =>
    delivered && (await ports.connections.post(connectionId, held.frame)) === "delivered";
  const settled =
    begun.kind === "behind"
      ? {}
      : await ifPairsAnswer(() => settleSdp(ports, message, "worker", begun.row, outcome, pass));
  if (settled === "pairs_unavailable") line.add({ code: settled });
  else line.add(settled);
  if (!delivered) return again(line, posted);
  line.add({ outcome: "delivered" });
  return "done";
}

/** So that the candidates of an SDP that nobody got are not delivered. */
async function expireGate(ports: DeliverPorts, message: Negotiated): Promise<void> {
  if (message.action === "ICE_CANDIDATE") return;
  const row = await ports.pairs.read(message.negotiation.pair);
  if (!row.gate) return;
  await settleSdp(
    ports,
    message,
    "worker",
    { ...row, gate: row.gate },
    { state: "expired" },
    async () => false,
  );
}

const findConnection = ({ peers, now }: DeliverPorts, message: Delivery) =>
  peers.find({ channel: channelKey(message.tenant, message.channel), name: message.recipient }, now());

const isNegotiated = (message: Delivery): message is Negotiated => message.negotiation !== undefined;

function again(line: Line, code: Delay): Attempt {
  line.add({ outcome: "retried", code });
  return "undelivered";
}

function readDelivery(body: string): Delivery | undefined {
  try {
    const parsed = v.safeParse(delivery, JSON.parse(body));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

const deliveryFields = (message: Delivery, now: number) => ({
  tenant: message.tenant,
  channel: pseudonym(message.channel),
  recipient: pseudonym(message.recipient),
  frameId: message.frameId,
  action: message.action,
  ageMs: now - message.acceptedAt,
  ...(message.correlationId !== undefined && { correlation: pseudonym(message.correlationId) }),
});
