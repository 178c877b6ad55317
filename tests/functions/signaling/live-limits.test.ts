import { expect, test } from "@jest/globals";
import type { Access } from "../../../functions/billing/access/current-access.ts";
import { Failure } from "../../../functions/shared/failure.ts";
import { LiveLimits } from "../../../functions/signaling/live-limits.ts";
import { limits, viewer } from "./identities.ts";

const at = 1_800_000_000_000;
const payer = { ...viewer, paid: true } as const;
const more = { ...limits, framesPerSecond: 500 };
const unavailable = new Failure("dynamodb_unavailable", "throttled", { retryable: true });

/** Limits over a table that answers so, one after the other, and then as the last time. */
function world(...answers: readonly (Access | Error)[]) {
  const asked: [string, number][] = [];
  const noted: object[] = [];
  const left = [...answers];
  let last = left[0];
  const live = new LiveLimits(async (user, now) => {
    asked.push([user, now]);
    last = left.shift() ?? last;
    if (last instanceof Error) throw last;
    return last ?? { kind: "ended", reason: "no_subscription" };
  });
  const line = { add: (fields: object) => void noted.push(fields), fail: () => {} };
  return { asked, noted, of: (now: number, sender = payer as typeof viewer) => live.of(sender, now, line) };
}

test("a free sender has what the proof says, and nobody is asked", async () => {
  const { of, asked } = world({ kind: "ended", reason: "canceled" });
  expect(await of(at, viewer)).toEqual({ kind: "entitled", limits });
  expect(asked).toEqual([]);
});

test("who pays is asked for once in five seconds, whatever the member and the socket", async () => {
  const { of, asked } = world({ kind: "entitled", limits: more }, { kind: "ended", reason: "canceled" });
  expect(await of(at)).toEqual({ kind: "entitled", limits: more });
  expect(await of(at + 4_999, { ...payer, clientId: "phone" })).toEqual({ kind: "entitled", limits: more });
  expect(asked).toEqual([["acme#user-1", 1_800_000_000]]);
  expect(await of(at + 5_000)).toEqual({ kind: "ended", reason: "canceled" });
  expect(asked).toHaveLength(2);
});

test("one user's access is not another's", async () => {
  const { of, asked } = world({ kind: "entitled", limits: more }, { kind: "ended", reason: "canceled" });
  await of(at);
  expect(await of(at, { ...payer, subject: "user-2" })).toEqual({ kind: "ended", reason: "canceled" });
  expect(asked.map(([user]) => user)).toEqual(["acme#user-1", "acme#user-2"]);
});

test("while the table fails, the proof's limits hold, and it is asked again only five seconds later", async () => {
  const { of, asked, noted } = world(unavailable);
  expect(await of(at)).toEqual({ kind: "entitled", limits });
  expect(await of(at + 4_999)).toEqual({ kind: "entitled", limits });
  expect(asked).toHaveLength(1);
  await of(at + 5_000);
  expect(asked).toHaveLength(2);
  expect(noted).toEqual([{ code: "access_unread" }, { code: "access_unread" }]);
});

test("while the table fails, what was read last holds on", async () => {
  const { of } = world({ kind: "ended", reason: "unpaid" }, unavailable);
  await of(at);
  expect(await of(at + 5_000)).toEqual({ kind: "ended", reason: "unpaid" });
});

test("a fault that time does not heal is thrown", async () => {
  await expect(world(new TypeError("bad")).of(at)).rejects.toThrow("bad");
});

test("a clock that was put back does not keep what was read", async () => {
  const { of, asked } = world({ kind: "entitled", limits: more });
  await of(at);
  await of(at - 1);
  expect(asked).toHaveLength(2);
});

test("knows a thousand users, and forgets whom it read first", async () => {
  const { of, asked } = world({ kind: "entitled", limits: more });
  for (let user = 0; user <= 1_000; user += 1) await of(at, { ...payer, subject: `u-${user}` });
  await of(at, { ...payer, subject: "u-1" });
  expect(asked).toHaveLength(1_001);
  await of(at, { ...payer, subject: "u-0" });
  expect(asked).toHaveLength(1_002);
});
