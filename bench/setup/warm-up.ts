import type { Contestant, PairEnd } from "../relay/contestant.ts";
import { type Payload, payloadMix } from "../relay/payloads.ts";

type OpenPair = Contestant["openPair"];

/** Milliseconds after which a frame counts as lost. */
const patience = 10_000;
/** With one description each way; a browser on loopback finds two. */
const candidates = 2;

/** So many calls of two `ws` clients, one after the other. Rejects when a frame does not arrive within 10 s. */
export async function warmUp(openPair: OpenPair, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await playCall(openPair, index);
}

/** An offer with its candidates right behind it, the answer with its own; then both leave. */
async function playCall(openPair: OpenPair, index: number): Promise<void> {
  const [caller, called] = await openPair(index);
  const [offer, answer] = [payloadsOf("offer"), payloadsOf("answer")];
  const arrived = Promise.withResolvers<void>();
  const late = new Error(`not within ${patience / 1000} s: the frames of call ${index}`);
  const timer = setTimeout(() => arrived.reject(late), patience);
  let awaited = offer.length + answer.length;
  const arrive = () => {
    awaited -= 1;
    if (awaited === 0) arrived.resolve();
  };
  called.peer.onPayload = (payload) => {
    if (payload === offer[0]?.messagePayload) say(called, answer);
    arrive();
  };
  caller.peer.onPayload = arrive;
  say(caller, offer);
  try {
    await arrived.promise;
  } finally {
    clearTimeout(timer);
    for (const { peer } of [caller, called]) peer.socket.close();
  }
}

const payloadsOf = (type: "offer" | "answer") => payloadMix(type, { calls: 1, candidates }).payloads;

function say({ peer, frame }: PairEnd, payloads: readonly Payload[]): void {
  for (const payload of payloads) peer.socket.send(frame(payload));
}
