import { pseudonym } from "../shared/digest.ts";
import type { QueueRecord } from "../shared/fifo-batch.ts";
import { noteNotRead, readMessage } from "../shared/read-message.ts";
import type { Line, Telemetry } from "../shared/telemetry.ts";
import { type HandOverPorts, handOver, reportTo } from "./hand-over.ts";
import { settlePosted } from "./posted-frames.ts";
import { countFates } from "./reports.ts";
import { tellArrival, tellDeparture, tellOldConnection } from "./tell-presence.ts";
import { type PostedFrames, type WakeUp, wakeUp, wakeUpVersion } from "./wake-ups.ts";

export interface WorkerPorts extends HandOverPorts {
  readonly telemetry: Telemetry;
  readonly maxReceiveCount: number;
}

/** `again`: to be received again; `again_soon`: what waits is only a matter of seconds. `unreadable`, `given_up`: a dead letter. */
export type Handled = "done" | "again" | "again_soon" | "unreadable" | "given_up";

interface Constraints {
  /** Nothing is done: the message waits for that reason. */
  readonly blocked: "group_blocked" | "no_time" | undefined;
  /** False when time is too short for one more post. */
  readonly mayGoOn: () => boolean;
}

/** One message, and its log line. Never throws. */
export const handleWakeUp = (
  ports: WorkerPorts,
  record: QueueRecord,
  { blocked, mayGoOn }: Constraints,
): Promise<Handled> =>
  ports.telemetry.observe(
    "delivery",
    async (line) => {
      const receiveCount = record.attributes.ApproximateReceiveCount;
      line.add({ requestId: record.messageId, receiveCount });
      const message = readMessage(wakeUp, wakeUpVersion, record.body);
      if (typeof message === "string") return noteNotRead(line, message);
      line.add({ ...fieldsOf(message), kind: message.kind });
      if (blocked) {
        line.add({ outcome: "retried", code: blocked });
        return "again";
      }
      try {
        const lastTry = receiveCount >= ports.maxReceiveCount;
        const handled = await handle(
          ports,
          message,
          `${record.messageId} ${receiveCount}`,
          lastTry,
          mayGoOn,
          line,
        );
        if (handled === "done") line.add({ outcome: "served" });
        return handled;
      } catch (error) {
        line.fail(error);
        return "again";
      }
    },
    record.attributes.AWSTraceHeader,
  );

async function handle(
  ports: WorkerPorts,
  message: WakeUp,
  holder: string,
  lastTry: boolean,
  mayGoOn: () => boolean,
  line: Line,
): Promise<Handled> {
  if (message.kind === "report") {
    const found = await ports.peers.find(message, ports.now());
    const posted = found && (await ports.connections.post(found.connectionId, message.frame));
    return posted === "unavailable" || posted === "unknown" ? again(line, "unavailable") : "done";
  }
  if (message.kind === "departure") {
    return (await tellDeparture(ports, message)) === "untold" ? again(line, "unavailable") : "done";
  }
  if (message.kind === "posted") return handlePosted(ports, message, holder, line);
  if (message.kind === "arrival") await tellOldConnection(ports, message);
  // Others are to hear of it even if what waits cannot be handed over any more.
  const toldFirst = message.kind === "arrival" && lastTry ? await tellArrival(ports, message) : undefined;
  const sender = message.kind === "waiting" ? message.sender : undefined;
  const member = { channel: message.channel, name: message.name };
  const handedOver = await handOver(ports, member, { sender, holder, lastTry, mayGoOn });
  line.add(countFates(handedOver.settled));
  if (handedOver.obstacle) return again(line, handedOver.obstacle);
  if (message.kind === "arrival") {
    const told = toldFirst ?? (await tellArrival(ports, message));
    if (told !== "told") return again(line, told);
  }
  if (!handedOver.settled.some(({ fate }) => fate === "undeliverable") || !lastTry) return "done";
  line.add({ outcome: "failed", code: "undeliverable" });
  return "given_up";
}

/** What stands behind those frames is handed over after what the queue holds for the member already. */
async function handlePosted(
  ports: WorkerPorts,
  message: PostedFrames,
  holder: string,
  line: Line,
): Promise<Handled> {
  const settled = await settlePosted(ports, message);
  if (settled === "contended") return again(line, settled);
  const { channel, name, sender } = message;
  line.add(countFates(settled));
  await reportTo(ports, { channel, name: sender }, name, settled, holder);
  await ports.wakeUps.send({ v: 2, kind: "waiting", channel, name, sender }, `posted ${message.holder}`);
  return "done";
}

function again(line: Line, code: string): Handled {
  line.add({ outcome: "retried", code });
  return code === "seq_awaited" ? "again_soon" : "again";
}

function fieldsOf({ channel, name }: WakeUp) {
  const [tenant = "", channelName = ""] = channel.split("#");
  return { tenant, channel: pseudonym(channelName), recipient: pseudonym(name) };
}
