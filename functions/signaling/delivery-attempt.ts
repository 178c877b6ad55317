import * as v from "valibot";
import { pseudonym } from "../shared/digest.ts";
import type { Line } from "../shared/telemetry.ts";
import type { DeliverPorts, QueueRecord } from "./deliver.ts";
import { type Delivery, delivery } from "./deliveries.ts";
import { channelKey } from "./identity.ts";

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
    if (message.expiresAt <= ports.now()) {
      line.add({ outcome: "expired", code: "expired" });
      return "done";
    }
    try {
      return await send(ports, message, line);
    } catch (error) {
      line.fail(error);
      return "undelivered";
    }
  });

async function send(
  { peers, connections, now }: DeliverPorts,
  message: Delivery,
  line: Line,
): Promise<Attempt> {
  const member = { channel: channelKey(message.tenant, message.channel), name: message.recipient };
  const connectionId = await peers.find(member, now());
  const posted = connectionId === undefined ? "absent" : await connections.post(connectionId, message.frame);
  if (connectionId !== undefined) line.add({ connectionId });
  if (posted === "delivered") {
    line.add({ outcome: "delivered" });
    return "done";
  }
  line.add({ outcome: "retried", code: posted });
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
