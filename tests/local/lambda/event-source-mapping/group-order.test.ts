import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { GroupOrder } from "../../../../local/lambda/event-source-mapping/group-order.ts";

test("tasks without a common key run together", async () => {
  const order = new GroupOrder();
  const started: string[] = [];
  const first = Promise.withResolvers<void>();
  const running = order.run(["a"], () => {
    started.push("a");
    return first.promise;
  });
  await order.run(["b"], async () => void started.push("b"));
  expect(started).toEqual(["a", "b"]);
  first.resolve();
  await running;
});

test("no two tasks of one key ever run at once, and each key keeps its order", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.uniqueArray(fc.constantFrom("a", "b", "c"), { minLength: 1 }), { maxLength: 10 }),
      async (scheduler, tasks) => {
        const order = new GroupOrder();
        const busy = new Set<string>();
        const seen: Record<string, number[]> = { a: [], b: [], c: [] };
        let overlaps = 0;
        const all = tasks.map((keys, number) =>
          order.run(keys, async () => {
            for (const key of keys) {
              if (busy.has(key)) overlaps++;
              busy.add(key);
              seen[key]?.push(number);
            }
            await scheduler.schedule(Promise.resolve());
            for (const key of keys) busy.delete(key);
          }),
        );
        await scheduler.waitFor(Promise.all(all));
        expect(overlaps).toBe(0);
        for (const numbers of Object.values(seen)) {
          expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
        }
      },
    ),
  );
});
