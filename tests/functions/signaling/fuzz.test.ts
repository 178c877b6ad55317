import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { telemetry } from "../../../functions/shared/telemetry.ts";
import { addressee } from "../../../functions/signaling/addressing.ts";
import { refusal } from "../../../functions/signaling/answers.ts";
import { admissionRefusals, authorize } from "../../../functions/signaling/authorize.ts";
import { relayedFrame } from "../../../functions/signaling/frames.ts";
import { actions, type ParsedFrame, parseFrame, refusals } from "../../../functions/signaling/protocol.ts";
import { master, peer, viewer } from "./identities.ts";
import { Draws, mutatedFrame, noise, oddValues } from "./mutations.ts";

/** Inputs of one run: 100,000 where nobody waits for it. */
const runs = process.env.CI ? { frames: 80_000, handshakes: 20_000 } : { frames: 8_000, handshakes: 2_000 };

/** So many inputs are drawn from one seed, which the report of a failure names. */
const each = 100;

/** What is wrong with how a frame is taken; undefined when nothing is. */
function problemOf(parsed: ParsedFrame): string | undefined {
  if (parsed.kind === "refused") return problemOfRefusal(parsed.code, parsed.correlationId);
  const { frame } = parsed;
  if (!actions.includes(frame.action)) return "an action of no one";
  for (const sender of [master, viewer, peer]) {
    const addressed = addressee(sender, frame.recipientClientId);
    const problem = addressed.kind === "refused" && problemOfRefusal(addressed.code, frame.correlationId);
    if (problem) return problem;
  }
  if (frame.action === "ACK") return /^\S{1,64}$/.test(frame.frameId) ? undefined : "a frame id";
  if (frame.ufrags.some(({ length }) => length < 1 || length > 256)) return "a ufrag";
  if (frame.seq !== undefined && !(Number.isSafeInteger(frame.seq) && frame.seq >= 1)) return "a number";
  const relayed = JSON.parse(relayedFrame(frame, "f-1", viewer));
  const { messageType, messagePayload, senderClientId } = relayed;
  const same = messageType === frame.action && messagePayload === frame.messagePayload;
  return same && senderClientId === "ada" ? undefined : "another frame than was sent";
}

function problemOfRefusal(code: string, correlationId: string | undefined): string | undefined {
  if (!Object.hasOwn(refusals, code)) return `the code ${code}`;
  const { statusCode, body = "" } = refusal(code as keyof typeof refusals, { correlationId });
  const { messageType, statusResponse } = JSON.parse(body);
  const told = messageType === "STATUS_RESPONSE" && statusResponse.code === code && statusCode === 200;
  return told && statusResponse.correlationId === correlationId ? undefined : `an answer: ${body}`;
}

test("whatever frame arrives is taken as it was sent, or refused with a code of the list", () => {
  const outcomes = { frame: 0, refused: 0 };
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const draws = new Draws(seed);
      for (let number = 0; number < each; number += 1) {
        const body = draws.below(10) === 0 ? noise(draws) : mutatedFrame(draws);
        const parsed = parseFrame(body, 32_768);
        outcomes[parsed.kind] += 1;
        const problem = problemOf(parsed);
        if (problem !== undefined) throw new Error(`${problem}, for ${body}`);
      }
    }),
    { numRuns: runs.frames / each },
  );
  // A fuzzer of which everything is refused at the door would see little.
  expect(outcomes.frame).toBeGreaterThan(runs.frames / 10);
  expect(outcomes.refused).toBeGreaterThan(runs.frames / 10);
});

const proof = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA";
const names = ["proof", "synapse", "instance", "X-Amz-ClientId", "X-Amz-ChannelARN", "__proto__", "x"];
const values = [
  "",
  "1",
  "true",
  "ada",
  "bob",
  "MASTER",
  "AWS_x",
  "a b",
  "tab-1",
  "\u0000",
  "x".repeat(65),
  proof,
];

/** A handshake as a client makes it, and as it might after a fault or by malice. */
function mutatedHandshake(draws: Draws): unknown {
  const given = Object.assign(Object.create(null), draws.below(4) > 0 && { proof: [proof] });
  for (let more = draws.below(4); more > 0; more -= 1) {
    given[draws.of(names)] = Array.from({ length: draws.below(3) }, () => draws.of(values));
  }
  const query = draws.below(10) > 0 ? given : draws.of([null, undefined, {}]);
  const last = query && Object.entries<string[]>(query).map(([name, all]) => [name, all.at(-1) ?? ""]);
  return {
    methodArn: "arn:aws:execute-api:us-east-1:000000000000:api/v1/$connect",
    multiValueQueryStringParameters: draws.below(2) > 0 ? query : null,
    queryStringParameters: last && Object.fromEntries(last),
    requestContext: { connectionId: "L0SM9cOFvHcCIhw=", requestId: "JKJaXmPLvHcESHA=" },
    ...(draws.below(20) === 0 && { methodArn: draws.of(oddValues) }),
  };
}

test("whatever query a handshake has, it is admitted as its proof says, or refused with a code of the list", async () => {
  let line = "";
  const handle = authorize({
    proofs: {
      redeem: async ({ claimedClientId }) =>
        claimedClientId === undefined || claimedClientId === "ada"
          ? { kind: "redeemed", identity: viewer }
          : { kind: "mismatch", role: "VIEWER" },
    },
    telemetry: telemetry("authorize", {
      now: () => 0,
      elapsed: () => 0,
      write: (text) => {
        line = text;
      },
    }),
    now: () => 1_800_000_000_000,
  });
  const outcomes = { allowed: 0, refused: 0 };
  const problemWith = async (handshake: unknown): Promise<string | undefined> => {
    const answer = await handle(handshake).catch((error: unknown) => error);
    const { outcome, code } = JSON.parse(line) as { outcome: "allowed" | "refused"; code: string };
    if (line.includes(proof)) return "a proof in the log";
    if (outcome === "allowed") {
      outcomes.allowed += 1;
      const { context } = answer as { context: Readonly<Record<string, string>> };
      const { clientId, announced, instance = "" } = context;
      const isKnown = announced === "true" ? /^[\w-]{0,64}$/.test(instance) : instance === "";
      return clientId === "ada" && isKnown ? undefined : `the context ${JSON.stringify(context)}`;
    }
    outcomes.refused += 1;
    const status = Object.entries(admissionRefusals).find(([known]) => known === code)?.[1];
    if (outcome !== "refused" && code === "event_malformed") return undefined;
    if (outcome !== "refused" || status === undefined) return `the line ${line}`;
    if (status === 401)
      return answer instanceof Error && answer.message === "Unauthorized" ? undefined : "no 401";
    return JSON.stringify(answer).includes('"Effect":"Deny"') ? undefined : "no Deny";
  };
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const draws = new Draws(seed);
      for (let number = 0; number < each; number += 1) {
        const handshake = mutatedHandshake(draws);
        const problem = await problemWith(handshake);
        if (problem !== undefined) throw new Error(`${problem}, for ${JSON.stringify(handshake)}`);
      }
    }),
    { numRuns: runs.handshakes / each },
  );
  expect(outcomes.allowed).toBeGreaterThan(runs.handshakes / 10);
  expect(outcomes.refused).toBeGreaterThan(runs.handshakes / 10);
});
