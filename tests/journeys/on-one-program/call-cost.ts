import { expect, test } from "@jest/globals";
import { control, fired, putFaults } from "../control.ts";
import { type CountedStep, countedCall, type Step } from "../counted-call.ts";
import { candidate, joinAs, nameOf, sdp } from "../member-socket.ts";
import { eventually, linesFromNow, type Ready } from "../running-program.ts";
import { sharedProgram } from "../shared-program.ts";

const program = sharedProgram();

/** AWS calls of each step of its kind. */
type Expected = Readonly<Record<Step, number>>;

// Change these when the path of a frame changes, and the figures of docs/signaling.md and bench/README.md with them.
const warm: Expected = { connect: 4, offer: 4, answer: 4, candidate: 1, disconnect: 2 };
const onNewInstances: Expected = { ...warm, candidate: 2 };
const onNewInstancesLater: Expected = { ...warm, candidate: 3 };
const whole = { warm: 40, onNewInstancesLater: 80 };

/** Of a whole set-up on warm instances. */
const warmCalls = [
  "PeerConnectionHandler dynamodb:DeleteItem peers 2",
  "PeerConnectionHandler dynamodb:PutItem peers 2",
  "PeerConnectionHandler dynamodb:Query pairs/index/waiting 2",
  "PeerConnectionHandler dynamodb:Query peers 4",
  "RelayServer dynamodb:GetItem peers 2",
  "RelayServer dynamodb:UpdateItem pairs 4",
  "RelayServer execute-api:ManageConnections @connections 22",
  "SignalingAuthorizer dynamodb:UpdateItem proofs 2",
];

const budget = { warm: 45, otherwise: 80 };

/** The step of each kind that took each number of calls, once. */
const perStep = (steps: readonly CountedStep[]) =>
  Object.fromEntries(
    [...Map.groupBy(steps, ({ step }) => step)].map(([step, ofKind]) => {
      const counts = [...new Set(ofKind.map(callsOf))];
      return [step, counts.length === 1 ? counts[0] : counts];
    }),
  );
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const callsOf = ({ calls }: CountedStep) => sum(calls.map((one) => one.calls));
const inAll = (steps: readonly CountedStep[]) => sum(steps.map(callsOf));

const recycle = (ready: Ready) =>
  Promise.all(
    ["SignalingAuthorizer", "PeerConnectionHandler", "RelayServer"].map((name) =>
      control(ready, "POST", `/functions/${name}/recycle`),
    ),
  );

test("a call on warm instances is set up with these AWS calls, and with no other", async () => {
  await countedCall(program.ready, "warm-up", async () => {});
  const steps = await countedCall(program.ready, "warm", async () => {});
  expect(perStep(steps)).toEqual(warm);
  expect(inAll(steps)).toBe(whole.warm);
  expect(inAll(steps)).toBeLessThanOrEqual(budget.warm);
  const calls = steps.flatMap((step) => step.calls);
  const byName = Map.groupBy(calls, (one) => `${one.function} ${one.operation} ${one.resource}`);
  expect(
    [...byName].map(([name, ofName]) => `${name} ${sum(ofName.map((one) => one.calls))}`).sort(),
  ).toEqual(warmCalls);
  expect(sum(steps.flatMap(({ invocations }) => Object.values(invocations)))).toBe(28);
}, 60_000);

test("on an instance that knows nothing a candidate takes one AWS call more", async () => {
  // One candidate each way: more would take a busy machine longer than a look-up is good for.
  const steps = await countedCall(program.ready, "cold", () => recycle(program.ready), 1);
  expect(perStep(steps)).toEqual(onNewInstances);
  expect(inAll(steps)).toBe(24);
  // With ten candidates each way.
  expect(24 + 18 * onNewInstances.candidate).toBeLessThanOrEqual(budget.otherwise);
}, 60_000);

test("on an instance that knows nothing, 5 s after the recipient was looked up, it takes two more", async () => {
  const steps = await countedCall(program.ready, "late", async () => {
    await recycle(program.ready);
    await control(program.ready, "POST", "/clock", { advanceMs: 5_000 });
  });
  expect(perStep(steps)).toEqual(onNewInstancesLater);
  expect(inAll(steps)).toBe(whole.onNewInstancesLater);
}, 120_000);

/** An offer, and three candidates while it is posted: what the master got in order, and what each frame took. */
async function offerWithCandidatesBeside(ready: Ready, channel: string) {
  const master = await joinAs(ready, channel, "MASTER");
  const viewer = await joinAs(ready, channel, "VIEWER", "viewer");
  const lines = await linesFromNow(ready, "RelayServer");
  await putFaults(ready, {
    service: "execute-api",
    operation: "PostToConnection",
    latencyMs: 1_000,
    times: 1,
  });
  const { socket } = viewer.socket;
  // Without correlation ids nobody is told of the candidates, which would be another call.
  const send = (frame: object) => socket.send(JSON.stringify({ ...frame, correlationId: undefined }));
  send(sdp("offer", "vwr0"));
  // Its lease is written.
  await eventually("it is being posted", async () => ((await fired(ready))[0] === 1 ? true : undefined));
  for (const name of ["one", "two", "three"]) send(candidate(name, "vwr0"));
  const arrived = (await master.nextOnes(4)).map(nameOf);
  const counted = await eventually("four frames have their lines", async () => {
    const frames = (await lines()).map(({ message }) => JSON.parse(message)).filter(({ action }) => action);
    return frames.length < 4 ? undefined : frames;
  });
  await putFaults(ready);
  for (const { socket } of [master, viewer]) socket.socket.close();
  return {
    arrived,
    calls: counted.map(({ action, outcome, awsCalls }) => `${action} ${outcome} ${awsCalls}`).sort(),
  };
}

test("an SDP takes one AWS call more for all candidates that come while it is posted, and one for each", async () => {
  // Starts as many instances as it takes.
  await offerWithCandidatesBeside(program.ready, "beside-cold");
  const { arrived, calls } = await offerWithCandidatesBeside(program.ready, "beside");
  expect([arrived[0], arrived.slice(1).toSorted()]).toEqual(["vwr0", ["one", "three", "two"]]);
  expect(calls).toEqual([...Array(3).fill("ICE_CANDIDATE queued 2"), "SDP_OFFER delivered 8"]);
}, 60_000);
