import { pseudonym } from "../shared/digest.ts";
import type { QueueRecord } from "../shared/fifo-batch.ts";
import { noteNotRead, readMessage } from "../shared/read-message.ts";
import type { Line, Telemetry } from "../shared/telemetry.ts";
import type { Settled } from "./drain.ts";
import { type HandOverPorts, handOver, reportTo } from "./hand-over.ts";
import { settlePosted } from "./posted-frames.ts";
import { openingTime } from "./presence.ts";
import { countFates } from "./reports.ts";
import { tellArrival, tellDeparture, tellOldConnection } from "./tell-presence.ts";
import { type PostedFrames, type WakeUp, wakeUp, wakeUpVersion } from "./wake-ups.ts";
import { type MomentPorts, withinAMoment } from "./within-a-moment.ts";

type MemberNews = Extract<WakeUp, { kind: "waiting" | "arrival" }>;
type Report = Extract<WakeUp, { kind: "report" }>;

export interface WorkerPorts extends HandOverPorts, MomentPorts {
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
  constraints: Constraints,
): Promise<Handled> =>
  ports.telemetry.observe(
    "delivery",
    (line) => readAndHandle(ports, record, constraints, line),
    record.attributes.AWSTraceHeader,
  );

async function readAndHandle(
  ports: WorkerPorts,
  record: QueueRecord,
  { blocked, mayGoOn }: Constraints,
  line: Line,
): Promise<Handled> {
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
    const holder = `${record.messageId} ${receiveCount}`;
    const handled = await handle(ports, message, { holder, lastTry, mayGoOn }, line);
    if (handled === "done") line.add({ outcome: "served" });
    return handled;
  } catch (error) {
    line.fail(error);
    return "again";
  }
}

interface Try {
  readonly holder: string;
  readonly lastTry: boolean;
  readonly mayGoOn: () => boolean;
}

async function handle(ports: WorkerPorts, message: WakeUp, one: Try, line: Line): Promise<Handled> {
  if (message.kind === "report") {
    const obstacle = await withinAMoment(ports, one.mayGoOn, () => giveReport(ports, message));
    return obstacle ? again(line, obstacle) : "done";
  }
  if (message.kind === "departure") {
    return (await tellDeparture(ports, message)) === "untold" ? again(line, "unavailable") : "done";
  }
  if (message.kind === "posted") return handlePosted(ports, message, one.holder, line);
  return handleMember(ports, message, one, line);
}

async function giveReport(
  ports: WorkerPorts,
  report: Report,
): Promise<"unavailable" | "not_open_yet" | undefined> {
  const found = await ports.peers.find(report, ports.now());
  const posted = found && (await ports.connections.post(found.connectionId, report.frame));
  if (posted === "unavailable" || posted === "unknown") return "unavailable";
  const isOpening = found !== undefined && ports.now() - found.connectedAt < openingTime;
  return posted === "gone" && isOpening ? "not_open_yet" : undefined;
}

/** What waits for a member is handed over, then others hear that it has come. */
async function handleMember(
  ports: WorkerPorts,
  message: MemberNews,
  { holder, lastTry, mayGoOn }: Try,
  line: Line,
): Promise<Handled> {
  if (message.kind === "arrival") await tellOldConnection(ports, message);
  // Others are to hear of it even if what waits cannot be handed over any more.
  let told = message.kind === "arrival" && lastTry ? await tellArrival(ports, message) : undefined;
  const sender = message.kind === "waiting" ? message.sender : undefined;
  const member = { channel: message.channel, name: message.name };
  const settled: Settled[] = [];
  const obstacle = await withinAMoment(ports, mayGoOn, async (round) => {
    // A holder of its own each time: reports of one holder to one sender are queued once.
    const options = { sender, holder: `${holder} ${round}`, lastTry, mayGoOn };
    const handedOver = await handOver(ports, member, options);
    settled.push(...handedOver.settled);
    line.add(countFates(settled));
    if (handedOver.obstacle || message.kind !== "arrival") return handedOver.obstacle;
    if (told === undefined || told === "not_open_yet") told = await tellArrival(ports, message);
    return told === "told" ? undefined : told;
  });
  if (obstacle) return again(line, obstacle);
  if (!settled.some(({ fate }) => fate === "undeliverable") || !lastTry) return "done";
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
