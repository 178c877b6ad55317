import { connected, payloadOf, type RawSocket } from "./raw-socket.ts";
import { eventually, type GrantUse, grantUses, logLines, proofFor, type Ready } from "./running-program.ts";

export type Step = "connect" | "offer" | "answer" | "candidate" | "disconnect";

/** Calls of one function by one operation on one resource, named as the program names it. */
export interface Calls {
  readonly function: string;
  readonly operation: string;
  readonly resource: string;
  readonly calls: number;
}

/** What one step of a call's set-up used on AWS. */
export interface CountedStep {
  readonly step: Step;
  /** AWS calls of the functions, without those that write logs. */
  readonly calls: readonly Calls[];
  /** By function. */
  readonly invocations: Readonly<Record<string, number>>;
  /** Frames that clients sent, and frames that were posted to them. */
  readonly frames: number;
}

/** What a call sends unless told otherwise. */
export const candidatesEachWay = 10;

const ufrags = { offer: "vwr0", answer: "mst0" } as const;
const viewerId = "viewer";

/**
 * Sets up one call in its own channel as two browsers would, one step after the other, and ends it: master
 * and viewer connect, offer, candidates, answer, as many candidates back, both leave. Proofs are fetched
 * before and not counted. `beforeStep` runs before each step. Rejects when a frame is not delivered.
 */
export async function countedCall(
  ready: Ready,
  channel: string,
  beforeStep: () => Promise<unknown>,
  candidates = candidatesEachWay,
): Promise<readonly CountedStep[]> {
  const steps: CountedStep[] = [];
  const counted = async <Value>(step: Step, frames: number, act: () => Promise<Value>): Promise<Value> => {
    await beforeStep();
    const before = await grantUses(ready);
    const value = await act();
    steps.push({ step, ...usesBetween(before, await grantUses(ready)), frames });
    return value;
  };
  const [masterProof, viewerProof] = await Promise.all([
    proofFor(ready, "alice", { channel, role: "MASTER" }),
    proofFor(ready, "bob", { channel, role: "VIEWER", clientId: viewerId }),
  ]);
  const master = await counted("connect", 0, () => connected(masterProof));
  const viewer = await counted("connect", 0, () => connected(viewerProof));
  for (const [from, to, description] of [
    [viewer, master, "offer"],
    [master, viewer, "answer"],
  ] as const) {
    const recipient = description === "answer" ? { recipientClientId: viewerId } : {};
    const ufrag = ufrags[description];
    const sdp = `v=0\r\na=ice-ufrag:${ufrag}\r\n`;
    const action = description === "offer" ? "SDP_OFFER" : "SDP_ANSWER";
    await counted(description, 2, () =>
      deliver(from, to, { action, messagePayload: payloadOf({ type: description, sdp }), ...recipient }),
    );
    for (let index = 0; index < candidates; index += 1) {
      const candidate = { candidate: `candidate:${index}`, sdpMid: "0", usernameFragment: ufrag };
      await counted("candidate", 2, () =>
        deliver(from, to, { action: "ICE_CANDIDATE", messagePayload: payloadOf(candidate), ...recipient }),
      );
    }
  }
  for (const { socket } of [viewer, master]) {
    await counted("disconnect", 0, async () => {
      const served = await disconnects(ready);
      socket.close();
      await eventually("the disconnect was served", async () =>
        (await disconnects(ready)) > served ? true : undefined,
      );
    });
  }
  return steps;
}

/** Sends a frame and resolves once its sender was told that it is delivered, and its receiver has it. */
async function deliver(
  from: RawSocket,
  to: RawSocket,
  frame: { readonly action: string; readonly messagePayload: string; readonly recipientClientId?: string },
): Promise<void> {
  const correlationId = crypto.randomUUID();
  const [answers, arrivals] = [from.received.length, to.received.length];
  from.socket.send(JSON.stringify({ ...frame, correlationId }));
  const { statusResponse } = await findNext(
    from,
    answers,
    (message) => message.statusResponse?.correlationId === correlationId,
  );
  if (statusResponse?.code !== "delivered") throw new Error(`a frame was answered ${statusResponse?.code}`);
  await findNext(to, arrivals, ({ messagePayload }) => messagePayload === frame.messagePayload);
}

interface Message {
  readonly messagePayload?: string;
  readonly statusResponse?: { readonly correlationId: string; readonly code: string };
}

/** The first message from the given one on that is looked for. */
async function findNext(
  socket: RawSocket,
  from: number,
  isIt: (message: Message) => boolean,
): Promise<Message> {
  for (let index = from; ; index += 1) {
    const message: Message = JSON.parse((await socket.next(1, index))[0] ?? "{}");
    if (isIt(message)) return message;
  }
}

const disconnects = async (ready: Ready): Promise<number> =>
  (await logLines(ready, "PeerConnectionHandler")).filter(({ message }) =>
    message.includes('"event":"disconnect"'),
  ).length;

/** Called by the clock, by the proofs' endpoint, and by the queue's poller: not by a call's set-up. */
const scheduled = ["PeerSweeper", "AccessReviewer", "StripeReconciler"];
const others: ReadonlySet<string> = new Set([
  ...scheduled.flatMap((name) => [name, `${name}-schedule`]),
  "IssueProofHandler",
]);
const pollersActions: ReadonlySet<string> = new Set(["sqs:ReceiveMessage", "sqs:GetQueueAttributes"]);

function usesBetween(
  before: readonly GrantUse[],
  after: readonly GrantUse[],
): Pick<CountedStep, "calls" | "invocations"> {
  const key = ({ holder, policy, action, resource }: GrantUse) => `${holder} ${policy} ${action} ${resource}`;
  const had = new Map(before.map((use) => [key(use), use.uses]));
  const calls: Calls[] = [];
  const invocations: Record<string, number> = {};
  for (const use of after) {
    const { holder, action, resource } = use;
    const uses = use.uses - (had.get(key(use)) ?? 0);
    if (uses === 0 || /^(logs|xray):/.test(action) || pollersActions.has(action) || others.has(holder))
      continue;
    if (action === "lambda:InvokeFunction") {
      const name = holder.split(":").at(-1) ?? holder;
      invocations[name] = (invocations[name] ?? 0) + uses;
    } else if (!holder.startsWith("arn:")) {
      calls.push({ function: holder, operation: action, resource: resourceName(resource), calls: uses });
    }
  }
  return { calls, invocations };
}

/** `peers` of a table's ARN, `deliveries.fifo` of a queue's, `@connections` of those of an API. */
function resourceName(arn: string): string {
  if (arn.includes("/@connections/")) return "@connections";
  return (
    arn
      .split(":")
      .at(-1)
      ?.replace(/^table\//, "") ?? arn
  );
}
