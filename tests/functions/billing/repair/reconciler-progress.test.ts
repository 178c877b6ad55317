import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { dynamoReconcilerProgress } from "../../../../functions/billing/repair/reconciler-progress.ts";
import { localTables } from "../../local-tables.ts";
import { straight } from "../../straight.ts";

let local: Awaited<ReturnType<typeof localTables>>;
beforeAll(async () => {
  local = await localTables();
});
afterAll(() => local.close());

test("progress is kept by who saves first, and nobody saves over what it has not read", async () => {
  const progress = dynamoReconcilerProgress(local.client, "customers", straight);
  const none = await progress.read();
  expect(none).toEqual({ version: 0, progress: { eventsUntil: 0, walkBegan: 0 } });
  const span = { from: 1, until: 2, after: "evt_1" };
  const next = { eventsUntil: 5, span, walkBegan: 6, walkAfter: "sub_1" };
  const saves = await Promise.all([progress.save(none, next), progress.save(none, next)]);
  expect(saves.filter((saved) => saved !== undefined)).toEqual([{ version: 1, progress: next }]);
  expect(await progress.read()).toEqual({ version: 1, progress: next });
  const first = { version: 1, progress: next };
  const done = { eventsUntil: 9, walkBegan: 6 };
  expect(await progress.save(first, done)).toEqual({ version: 2, progress: done });
  expect(await progress.save(first, done)).toBeUndefined();
  expect(await progress.read()).toEqual({ version: 2, progress: done });

  const matters = { refund: { until: 7 }, dispute: { until: 8, span: { ...span, after: "dp_1" } } };
  const second = { version: 2, progress: done };
  const reading = { version: 3, progress: { ...done, matters } };
  expect(await progress.save(second, reading.progress)).toEqual(reading);
  expect(await progress.read()).toEqual(reading);
  await progress.save(reading, done);
  expect(await progress.read()).toEqual({ version: 4, progress: done });
});

test("another fault passes on", async () => {
  const broken = dynamoReconcilerProgress(local.client, "customers", () => Promise.reject(new Error("down")));
  await expect(
    broken.save({ version: 0, progress: { eventsUntil: 0, walkBegan: 0 } }, { eventsUntil: 0, walkBegan: 0 }),
  ).rejects.toThrow("down");
});
