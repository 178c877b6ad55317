import { beforeEach, expect, test } from "@jest/globals";
import fc from "fast-check";
import { Watch } from "../../../local/console/page/watch.ts";

/** A browser in which only the test makes time pass and answers arrive. */
class World {
  isVisible = true;
  asked = 0;
  mostAtOnce = 0;
  readonly faults: unknown[] = [];
  #under: { resolve: () => void; reject: (fault: unknown) => void }[] = [];
  #wake: (() => void) | undefined;

  readonly watch = new Watch(
    () =>
      new Promise<void>((resolve, reject) => {
        this.asked += 1;
        this.#under.push({ resolve, reject });
        this.mostAtOnce = Math.max(this.mostAtOnce, this.#under.length);
      }),
    (fault) => this.faults.push(fault),
    {
      isVisible: () => this.isVisible,
      later: (wake) => {
        if (this.#wake) throw new Error("two timers at once");
        this.#wake = wake;
        return () => {
          this.#wake = undefined;
        };
      },
    },
  );

  async answer(fault?: unknown): Promise<void> {
    const request = this.#under.shift();
    if (fault === undefined) request?.resolve();
    else request?.reject(fault);
    // What follows an answer takes a few turns.
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  }

  secondPasses(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  get isTimerSet(): boolean {
    return this.#wake !== undefined;
  }
}

let world: World;
beforeEach(() => {
  world = new World();
});

test("asks again a second after each answer", async () => {
  world.watch.start();
  expect(world.asked).toBe(1);
  world.secondPasses();
  expect(world.asked).toBe(1);
  await world.answer();
  expect(world.asked).toBe(1);
  world.secondPasses();
  expect(world.asked).toBe(2);
});

test("asks nothing while nobody looks, and at once when somebody does", async () => {
  world.isVisible = false;
  world.watch.start();
  expect([world.asked, world.isTimerSet]).toEqual([0, false]);
  world.isVisible = true;
  world.watch.look();
  expect(world.asked).toBe(1);
  world.isVisible = false;
  await world.answer();
  expect(world.isTimerSet).toBe(false);
});

test("asks nothing before it starts and after it stops", async () => {
  world.watch.look();
  expect(world.asked).toBe(0);
  world.watch.start();
  world.watch.stop();
  await world.answer();
  expect(world.isTimerSet).toBe(false);
  world.watch.look();
  expect(world.asked).toBe(1);
});

test("who wants news while an answer is under way gets newer ones right after it", async () => {
  world.watch.start();
  world.watch.look();
  world.watch.look();
  expect(world.asked).toBe(1);
  await world.answer();
  expect(world.asked).toBe(2);
});

test("goes on after a request that failed, and tells of it", async () => {
  world.watch.start();
  await world.answer(new Error("down"));
  expect(world.faults).toEqual([new Error("down")]);
  world.secondPasses();
  expect(world.asked).toBe(2);
});

test("whatever happens, never two requests or two timers at once", async () => {
  const steps = ["start", "stop", "look", "second", "answer", "fail", "hide", "show"] as const;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...steps), { maxLength: 40 }), async (order) => {
      world = new World();
      for (const step of order) {
        if (step === "hide" || step === "show") world.isVisible = step === "show";
        if (step === "start" || step === "stop" || step === "look") world.watch[step]();
        if (step === "second") world.secondPasses();
        if (step === "answer" || step === "fail") await world.answer(step === "fail" ? "down" : undefined);
      }
      expect(world.mostAtOnce).toBeLessThanOrEqual(1);
    }),
  );
});
