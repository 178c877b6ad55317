import { expect, test } from "@jest/globals";
import { CallGate } from "../../../local/dynamodb/call-gate.ts";

/** A piece of work that says when it begins, and ends when it is told to. */
function work(events: string[], name: string) {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const act = () => {
    events.push(`${name} begins`);
    return promise.finally(() => void events.push(`${name} ends`));
  };
  return { act, end: resolve, fail: reject };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("calls run side by side, and what is alone waits for them and keeps others waiting", async () => {
  const gate = new CallGate();
  const events: string[] = [];
  const [one, other, change, late] = ["one", "other", "change", "late"].map((name) => work(events, name));
  if (!one || !other || !change || !late) throw new Error("four pieces of work");
  const all = [gate.run(one.act), gate.run(other.act), gate.alone(change.act), gate.run(late.act)];
  await turn();
  other.end();
  await turn();
  expect(events).toEqual(["one begins", "other begins", "other ends"]);
  one.end();
  await turn();
  expect(events.slice(3)).toEqual(["one ends", "change begins"]);
  change.end();
  await turn();
  expect(events.slice(5)).toEqual(["change ends", "late begins"]);
  late.end();
  await Promise.all(all);
});

test("what fails fails for its caller only", async () => {
  const gate = new CallGate();
  const broken = () => Promise.reject(new Error("no"));
  await expect(gate.run(broken)).rejects.toThrow("no");
  await expect(gate.alone(broken)).rejects.toThrow("no");
  expect(await gate.run(async () => "yes")).toBe("yes");
});
