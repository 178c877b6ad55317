import { beforeEach, expect, test } from "@jest/globals";
import { isFresh, OpenGates } from "../../../functions/signaling/open-gates.ts";
import { newPair, type PairState } from "../../../functions/signaling/pair-state.ts";

const at = 1_800_000_000_000;
const pair = { recipient: "acme#lobby#MASTER", sender: "ada" };
const reached = { id: "m", foundAt: at, announced: false, instance: "" };
const open: PairState = { ...newPair, gate: "open", ufrags: ["F7gI", "x+/9"] };
let gates: OpenGates;
beforeEach(() => {
  gates = new OpenGates();
  gates.remember(pair, open, reached);
});

test("a gate is known by each ufrag of its SDP, for five seconds from looking the connection up", () => {
  expect(gates.find(pair, "F7gI", at)).toEqual(reached);
  expect(gates.find(pair, "x+/9", at + 4_999)).toEqual(reached);
  expect(gates.find(pair, "F7gI", at + 5_000)).toBeUndefined();
  expect(gates.find(pair, "F7gI", at - 1)).toBeUndefined();
});

test("a candidate of another negotiation, or of none, finds no gate", () => {
  expect(gates.find(pair, "else", at)).toBeUndefined();
  expect(gates.find(pair, undefined, at)).toBeUndefined();
});

test("a gate belongs to one direction of one pair", () => {
  expect(gates.find({ ...pair, sender: "eve" }, "F7gI", at)).toBeUndefined();
  expect(gates.find({ recipient: "acme#lobby#ada", sender: "MASTER" }, "F7gI", at)).toBeUndefined();
});

test.each(["closed", "unknown", "expired"] as const)("a gate that is %s is not remembered", (gate) => {
  const others = new OpenGates();
  others.remember(pair, { ...open, gate }, reached);
  expect(others.find(pair, "F7gI", at)).toBeUndefined();
});

test("a gate that was forgotten is not found, and a newer one takes its place", () => {
  gates.forget(pair);
  expect(gates.find(pair, "F7gI", at)).toBeUndefined();
  gates.remember(pair, { ...open, ufrags: ["new1"] }, { ...reached, id: "m2" });
  expect(gates.find(pair, "new1", at)).toMatchObject({ id: "m2" });
  expect(gates.find(pair, "F7gI", at)).toBeUndefined();
});

test("a thousand pairs are remembered, the oldest forgotten first", () => {
  for (let number = 1; number < 1_000; number += 1) {
    gates.remember({ ...pair, sender: `p${number}` }, open, reached);
  }
  expect(gates.find(pair, "F7gI", at)).toEqual(reached);
  gates.remember({ ...pair, sender: "one more" }, open, reached);
  expect(gates.find(pair, "F7gI", at)).toBeUndefined();
  expect(gates.find({ ...pair, sender: "p1" }, "F7gI", at)).toEqual(reached);
});

test("a connection is fresh for five seconds", () => {
  expect([at, at + 4_999, at + 5_000, at - 1].map((now) => isFresh({ foundAt: at }, now))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
