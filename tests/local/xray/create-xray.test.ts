import { createSocket } from "node:dgram";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { createXRay } from "../../../local/xray/create-xray.ts";
import type { XRay } from "../../../local/xray/xray.ts";

const root = "1-6b49d200-000000000000000000000001";
const segmentIds = (count: number) => Array.from({ length: count }, (_, index) => String(index));

let xray: XRay;
let reports: string[];
let onReport: () => void;
beforeEach(async () => {
  reports = [];
  onReport = () => {};
  xray = await createXRay({
    clock: { now: () => 1_800_000_000_000 },
    ...{ mostTraces: 3, reservoir: 1 },
    report: (line) => {
      reports.push(line);
      onReport();
    },
  });
});
afterEach(() => xray.stop());

const begin = (header?: string, begins = true) =>
  xray.begin({ name: "RelayServer", origin: "AWS::Lambda::Function", begins, header });

/** Sends a datagram, and waits until it was refused or the trace has as many segments. */
async function send(text: string, until: () => boolean): Promise<void> {
  const socket = createSocket("udp4");
  const [host, port] = xray.daemonAddress.split(":");
  await new Promise<void>((resolve) => void socket.send(text, Number(port), host, () => resolve()));
  while (!until()) await new Promise((resolve) => setImmediate(resolve));
  socket.close();
}

const subsegment = (id: string) => ({
  ...{ type: "subsegment", trace_id: root, parent_id: "00000000000000ff", id, name: "frame" },
  ...{ start_time: 1_800_000_000, end_time: 1_800_000_000.02 },
});
const preamble = '{"format":"json","version":1}\n';

test("a function's segment is kept when it ends, under the caller's", () => {
  const begun = begin(`Root=${root};Parent=00000000000000ff;Sampled=1`);
  expect(begun.header).toMatch(new RegExp(`^Root=${root};Parent=[0-9a-f]{16};Sampled=1$`));
  expect(xray.segments(root)).toEqual([]);
  begun.end({ fault: true });
  expect(xray.segments(root)).toEqual([
    {
      ...{ id: /Parent=(\w+)/.exec(begun.header)?.[1], name: "RelayServer", origin: "AWS::Lambda::Function" },
      ...{ trace_id: root, parent_id: "00000000000000ff", fault: true },
      start_time: 1_800_000_000,
      end_time: expect.any(Number),
    },
  ]);
});

test.each([
  ["Root alone, where others were sampled this second", `Root=${root}`, true, 1, 0],
  ["Root alone, as the first of the second", `Root=${root}`, true, 0, 1],
  ["Root alone, of a function that begins none", `Root=${root}`, false, 0, 0],
  ["a caller that is sampled, of a function that begins none", `Root=${root};Sampled=1`, false, 1, 1],
  ["a caller that is not", `Root=${root};Sampled=0`, true, 0, 0],
])("with %s", (_, header, begins, before, kept) => {
  for (const __ of segmentIds(before)) begin();
  const begun = begin(header, begins);
  begun.end();
  expect([begun.header.endsWith(`Sampled=${kept}`), xray.segments(root).length]).toEqual([true, kept]);
});

test("without a header a trace begins, named for its second", () => {
  expect(begin().header).toMatch(/^Root=1-6b49d200-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=1$/);
});

test("the daemon takes documents", async () => {
  await send(
    preamble + JSON.stringify(subsegment("0000000000000001")),
    () => xray.segments(root).length === 1,
  );
  expect(xray.segments(root)).toEqual([subsegment("0000000000000001")]);
  expect(reports).toEqual([]);
});

test.each([
  ["garbage", "\u0000\u0001"],
  ["a document without its preamble", JSON.stringify(subsegment("0000000000000001"))],
  ["another format", `{"format":"binary","version":1}\n${JSON.stringify(subsegment("0000000000000001"))}`],
  ["an id that is none", preamble + JSON.stringify(subsegment("__proto__"))],
  [
    "a name that X-Ray does not take",
    preamble + JSON.stringify({ ...subsegment("0000000000000001"), name: "a?b" }),
  ],
])("%s is reported and not kept", async (_, text) => {
  await send(text, () => reports.length === 1);
  expect([xray.segments(root), reports[0]]).toEqual([[], expect.stringMatching(/^X-Ray: /)]);
});

test("the oldest trace goes first", () => {
  const roots = [1, 2, 3, 4].map((number) => `1-6b49d200-00000000000000000000000${number}`);
  for (const one of roots) begin(`Root=${one};Sampled=1`).end();
  expect(roots.map((one) => xray.segments(one).length)).toEqual([0, 1, 1, 1]);
  expect(xray.traces(2)).toHaveLength(2);
});
