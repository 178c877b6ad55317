import { openSocket, type RawSocket } from "../../tests/journeys/raw-socket.ts";
import type { Payload } from "../relay/payloads.ts";
import type { LoadTarget } from "./load-target.ts";

/** What came of one call. Times are milliseconds. */
export interface PlayedCall {
  /** From the first request to the last frame's arrival; absent when the call failed. */
  readonly setUp?: number;
  /** Of each frame: from `send` at one socket to the message at the other. */
  readonly frames: readonly number[];
  /** Steps that a client repeats by itself, and that succeeded then. */
  readonly retried: number;
  /** The first step that failed for good. */
  readonly failure?: string;
}

export interface Script {
  readonly channel: string;
  /** What each side sends: its description, then its candidates. */
  readonly offer: readonly Payload[];
  readonly answer: readonly Payload[];
  /** Milliseconds for which both sockets stay open afterwards. */
  readonly hold: number;
}

const viewerId = "viewer";
const tries = 3;
/** Milliseconds after which a frame counts as lost. */
const patience = 10_000;

/** A master and a viewer fetch proofs, connect, negotiate, stay, and leave. Never rejects. */
export async function playCall(target: LoadTarget, script: Script): Promise<PlayedCall> {
  const began = performance.now();
  const frames: number[] = [];
  const sockets: RawSocket[] = [];
  let retried = 0;
  /** Asks again, as a client does, when what is refused may pass the next time. */
  const patiently = async <Done>(step: string, act: () => Promise<Done | string>): Promise<Done> => {
    for (let attempt = 1; ; attempt += 1) {
      const done = await act().catch((error: Error) => {
        throw new Error(`${step}: ${error.message}`);
      });
      if (typeof done !== "string") return done;
      if (attempt === tries) throw new Error(`${step}: ${done}`);
      retried += 1;
      await pause(100 * 2 ** attempt * (0.5 + Math.random()));
    }
  };
  const connect = (request: object) =>
    patiently("connect", async () => {
      const proof = await target.proof({ channel: script.channel, ...request });
      if ("status" in proof) return mayPass(proof.status, `POST /proofs ${proof.status}`);
      const opened = await openSocket(`${proof.url}?proof=${proof.proof}`);
      if (!("socket" in opened)) return mayPass(opened.status, `handshake ${opened.status}`);
      sockets.push(opened);
      return opened;
    });
  const say = async (from: RawSocket, to: RawSocket, payloads: readonly Payload[], recipient: object) => {
    const description = "recipientClientId" in recipient ? "SDP_ANSWER" : "SDP_OFFER";
    for (const { kind, messagePayload } of payloads) {
      const action = kind === "candidate" ? "ICE_CANDIDATE" : description;
      frames.push(
        await patiently(action, () => sendFrame(from, to, { action, messagePayload, ...recipient })),
      );
    }
  };
  try {
    const [master, viewer] = await Promise.all([
      connect({ role: "MASTER" }),
      connect({ role: "VIEWER", clientId: viewerId }),
    ]);
    await say(viewer, master, script.offer.slice(0, 1), {});
    await say(master, viewer, script.answer.slice(0, 1), { recipientClientId: viewerId });
    await Promise.all([
      say(viewer, master, script.offer.slice(1), {}),
      say(master, viewer, script.answer.slice(1), { recipientClientId: viewerId }),
    ]);
    const setUp = performance.now() - began;
    await pause(script.hold);
    return { setUp, frames, retried };
  } catch (error) {
    return { frames, retried, failure: error instanceof Error ? error.message : String(error) };
  } finally {
    for (const { socket } of sockets) socket.close();
  }
}

/** Resolves with the milliseconds to its arrival, or with the code after which it may be sent again. Rejects when it is lost. */
async function sendFrame(
  from: RawSocket,
  to: RawSocket,
  frame: { readonly action: string; readonly messagePayload: string },
): Promise<number | string> {
  const correlationId = crypto.randomUUID();
  const sent = performance.now();
  const refused = find(from, ({ statusResponse: answer }) => {
    return answer?.correlationId === correlationId && !["200", "202"].includes(answer.statusCode);
  }).then(({ statusResponse }) => {
    const code = statusResponse?.code ?? "refused";
    return mayPass(Number(statusResponse?.statusCode), code);
  });
  refused.catch(() => {});
  const arrived = find(to, ({ messagePayload }) => messagePayload === frame.messagePayload).then(
    () => performance.now() - sent,
  );
  const closed = Promise.race([from.closed, to.closed]).then(({ code }) =>
    Promise.reject(new Error(`a socket closed with ${code}`)),
  );
  // It closes at the end of every call.
  closed.catch(() => {});
  from.socket.send(JSON.stringify({ ...frame, correlationId }));
  const { promise: lost, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("not within 10 s")), patience);
  try {
    return await Promise.race([arrived, refused, closed, lost]);
  } finally {
    clearTimeout(timer);
  }
}

/** Why it was refused, when it may pass the next time. Throws otherwise. */
function mayPass(status: number, refusal: string): string {
  if (status === 429 || status >= 500) return refusal;
  throw new Error(refusal);
}

interface Message {
  readonly messagePayload?: string;
  readonly statusResponse?: {
    readonly correlationId: string;
    readonly statusCode: string;
    readonly code: string;
  };
}

async function find(socket: RawSocket, isIt: (message: Message) => boolean): Promise<Message> {
  for (let index = 0; ; index += 1) {
    const message: Message = JSON.parse((await socket.next(1, index))[0] ?? "{}");
    if (isIt(message)) return message;
  }
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
