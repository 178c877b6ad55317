import { expect, test } from "@jest/globals";
import { OpenGates } from "../../../functions/signaling/open-gates.ts";
import { newPair } from "../../../functions/signaling/pair-state.ts";

const now = 1_800_000_000_000;
const pair = { recipient: "acme#lobby#MASTER", sender: "ada" };
const reached = { id: "m1", foundAt: now, announced: false, instance: "" };
const open = { ...newPair, gate: "open", ufrags: ["aaaa", "bbbb"] } as const;

test("an open gate is known for five seconds from looking its connection up", () => {
  const gates = new OpenGates();
  gates.remember(pair, { ...open, ufrags: ["aaaa", "bbbb"] }, reached);
  expect(gates.find(pair, "bbbb", now + 4_999)).toEqual(reached);
  expect(gates.find(pair, "bbbb", now + 5_000)).toBeUndefined();
  expect(gates.find(pair, "bbbb", now - 1)).toBeUndefined();
});

test("a candidate of another negotiation, of none, or of another pair finds nothing", () => {
  const gates = new OpenGates();
  gates.remember(pair, { ...open, ufrags: ["aaaa"] }, reached);
  expect(gates.find(pair, "cccc", now)).toBeUndefined();
  expect(gates.find(pair, undefined, now)).toBeUndefined();
  expect(gates.find({ ...pair, sender: "bob" }, "aaaa", now)).toBeUndefined();
});

test.each(["closed", "unknown", "expired"] as const)("a gate that is %s is not remembered", (gate) => {
  const gates = new OpenGates();
  gates.remember(pair, { ...newPair, gate, ufrags: ["aaaa"] }, reached);
  expect(gates.find(pair, "aaaa", now)).toBeUndefined();
});

test("a forgotten gate is unknown", () => {
  const gates = new OpenGates();
  gates.remember(pair, { ...open, ufrags: ["aaaa"] }, reached);
  gates.forget(pair);
  expect(gates.find(pair, "aaaa", now)).toBeUndefined();
});

test("of more than a thousand pairs those remembered last are known", () => {
  const gates = new OpenGates();
  const sender = (number: number) => ({ ...pair, sender: `v${number}` });
  for (let number = 0; number <= 1_000; number += 1) {
    gates.remember(sender(number), { ...open, ufrags: ["aaaa"] }, reached);
  }
  expect(gates.find(sender(0), "aaaa", now)).toBeUndefined();
  expect(gates.find(sender(1), "aaaa", now)).toEqual(reached);
  expect(gates.find(sender(1_000), "aaaa", now)).toEqual(reached);
});
