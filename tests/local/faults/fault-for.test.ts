import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type ActiveRule, faultFor, type Random } from "../../../local/faults/fault-for.ts";
import type { Call, FaultRule } from "../../../local/faults/fault-rule.ts";

const read: Call = { service: "dynamodb", operation: "GetItem", text: () => '{"TableName":"peers"}' };
const down = { name: "InternalServerError", status: 500 };
const always: FaultRule = { service: "dynamodb", error: down };
const inForce = (...rules: FaultRule[]): ActiveRule[] => rules.map((rule) => ({ rule, fired: 0, drawn: 0 }));
const never: Random = () => {
  throw new Error("chance was asked");
};

/** What each of a row of calls meets. */
function meet(rules: readonly FaultRule[], calls: readonly Call[], random: Random = never) {
  let state: readonly ActiveRule[] = inForce(...rules);
  return calls.map((call) => {
    const { fault, rules } = faultFor(state, call, random);
    state = rules;
    return fault;
  });
}

describe("concerns a call", () => {
  test.each<[string, FaultRule]>([
    ["of its service", always],
    ["of its operation", { ...always, operation: "GetItem" }],
    ["that contains its text", { ...always, match: '"peers"' }],
  ])("%s", (_, rule) => {
    expect(meet([rule], [read])).toEqual([rule]);
  });

  test.each<[string, FaultRule]>([
    ["another service", { ...always, service: "sqs" }],
    ["another operation", { ...always, operation: "PutItem" }],
    ["other text", { ...always, match: "proofs" }],
    ["text in another case", { ...always, match: "Peers" }],
  ])("but not one of %s", (_, rule) => {
    expect(meet([rule], [read])).toEqual([undefined]);
  });

  test("does not read the request when no rule asks for its text", () => {
    const unread: Call = {
      ...read,
      text: () => {
        throw new Error("the request was read");
      },
    };
    expect(meet([always, { ...always, service: "sqs", match: "x" }], [unread])).toEqual([always]);
  });
});

test("the first rule that fires decides, and a used-up rule gives way to the next", () => {
  const once: FaultRule = { service: "dynamodb", times: 1, drop: true };
  expect(meet([once, always], [read, read])).toEqual([once, always]);
});

test("chance decides call by call, and is asked by rule and by turn", () => {
  const maybe: FaultRule = { ...always, probability: 0.5 };
  const asked: number[][] = [];
  const chances = [0.49, 0.5, 0.2];
  const random: Random = (index, nth) => {
    asked.push([index, nth]);
    return chances[nth] ?? 1;
  };
  expect(meet([{ ...always, service: "sqs" }, maybe], [read, read, read], random)).toEqual([
    maybe,
    undefined,
    maybe,
  ]);
  expect(asked).toEqual([
    [1, 0],
    [1, 1],
    [1, 2],
  ]);
});

const chance = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

test("a rule never fires more often than its times, and with certainty exactly as often", () => {
  fc.assert(
    fc.property(
      fc.nat(20),
      fc.nat(40),
      fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
      fc.array(chance, { minLength: 40, maxLength: 40 }),
      (extra, calls, probability, chances) => {
        const times = extra + 1;
        const rule: FaultRule = { ...always, times, ...(probability !== undefined && { probability }) };
        const random: Random = (_, nth) => chances[nth] ?? 0;
        const fired = meet([rule], Array(calls).fill(read), random).filter(Boolean).length;
        expect(fired).toBeLessThanOrEqual(times);
        if (probability === undefined || probability === 1) expect(fired).toBe(Math.min(times, calls));
        if (probability === 0) expect(fired).toBe(0);
      },
    ),
  );
});

test("what a rule draws does not depend on calls of other services", () => {
  const maybe: FaultRule = { ...always, probability: 0.5 };
  const other: FaultRule = { service: "sqs", probability: 0.5, drop: true };
  const write: Call = { service: "sqs", operation: "SendMessage", text: () => "" };
  fc.assert(
    fc.property(fc.array(fc.boolean()), fc.infiniteStream(chance), (isRead, stream) => {
      const chances = [...stream.take(100)];
      const random: Random = (index, nth) => chances[(nth * 2 + index) % 100] ?? 0;
      const calls = isRead.map((reads) => (reads ? read : write));
      const mixed = meet([maybe, other], calls, random).filter((_, index) => isRead[index]);
      const alone = meet(
        [maybe, other],
        calls.filter((call) => call === read),
        random,
      );
      expect(mixed).toEqual(alone);
    }),
  );
});
