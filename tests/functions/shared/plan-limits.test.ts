import { expect, test } from "@jest/globals";
import * as v from "valibot";
import { planLimits } from "../../../functions/shared/plan-limits.ts";

const limits = {
  maxFrameBytes: 32_768,
  framesPerSecond: 100,
  peersPerChannel: 50,
  mailboxDepth: 256,
  messageTtlSeconds: 60,
};
const faultOf = (value: unknown) => {
  const { issues } = v.safeParse(planLimits, value);
  return issues && v.getDotPath(issues[0]);
};

test("are five whole numbers from 1 on; a frame waits for 5 to 120 seconds", () => {
  expect(faultOf(limits)).toBeUndefined();
  for (const messageTtlSeconds of [5, 120]) expect(faultOf({ ...limits, messageTtlSeconds })).toBeUndefined();
});

test("without others: what a later version adds is not passed on", () => {
  expect(v.parse(planLimits, { ...limits, more: 1 })).toEqual(limits);
});

test.each(Object.keys(limits))("%s must be there, and be such a number", (name) => {
  for (const value of [undefined, null, "1", 0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    expect([value, faultOf({ ...limits, [name]: value })]).toEqual([value, name]);
  }
});

test.each([4, 121])("a frame cannot wait for %i seconds", (messageTtlSeconds) => {
  expect(faultOf({ ...limits, messageTtlSeconds })).toBe("messageTtlSeconds");
});
