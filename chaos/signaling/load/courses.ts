import type { Random } from "../../random.ts";
import type { Member } from "./member.ts";
import type { World } from "./world.ts";

/** One negotiation: who offers to whom, and what happens to them meanwhile. */
export interface Scene {
  readonly world: World;
  readonly random: Random;
  readonly caller: Member;
  readonly callee: Member;
  /** Unique in the run. */
  readonly seed: string;
  /** Which SDP answered which offer, by their ufrags. */
  readonly answers: ReadonlyMap<string, string>;
  /** SDPs that may get late candidates, with who sent them. */
  readonly former: { readonly member: Member; readonly to: string; readonly ufrag: string }[];
}

type Course = (scene: Scene) => Promise<void>;

const patienceMs = 500;

/** Every course with how often it is taken, in hundredths. */
export const courses: Readonly<Record<string, { readonly weight: number; readonly run: Course }>> = {
  plain: { weight: 42, run: async (scene) => answered(scene, offer(scene)) },
  "candidates first": {
    weight: 8,
    run: async (scene) => answered(scene, offer(scene, { before: scene.random.whole(1, 2) })),
  },
  "offered again at once": {
    weight: 7,
    run: async (scene) => {
      offer(scene);
      await answered(scene, offer(scene, { seed: "again" }));
    },
  },
  "offered again": {
    weight: 7,
    run: async (scene) => {
      const first = offer(scene);
      await answered(scene, first);
      const second = offer(scene, { seed: "again" });
      if (first) scene.caller.trickle(scene.callee.name, first, `${scene.seed}/stale`);
      await answered(scene, second);
      if (first) scene.caller.trickle(scene.callee.name, first, `${scene.seed}/staler`);
    },
  },
  "both offer": {
    weight: 4,
    run: async (scene) => {
      const one = offer(scene);
      const other = scene.callee.describe("SDP_OFFER", scene.caller.name, `${scene.seed}/other`);
      await Promise.all([answered(scene, one), answered(swapped(scene), other)]);
    },
  },
  "callee absent": {
    weight: 7,
    run: async (scene) => {
      scene.callee.leave();
      const first = offer(scene);
      await scene.world.pause(scene.random.whole(0, 150));
      const second = scene.random.chance(0.3) ? offer(scene, { seed: "again" }) : undefined;
      await scene.callee.arrive();
      await answered(scene, second ?? first);
    },
  },
  "callee arrives meanwhile": {
    weight: 5,
    run: async (scene) => {
      scene.callee.leave("at once");
      const arriving = scene.callee.arrive();
      await scene.world.pause(scene.random.whole(0, 40));
      const ufrag = offer(scene);
      await arriving;
      await answered(scene, ufrag);
    },
  },
  "callee refreshes in the middle": {
    weight: 6,
    run: async (scene) => {
      scene.callee.silent = true;
      const ufrag = offer(scene);
      await scene.world.until(() => !ufrag || !!scene.callee.client?.described.has(ufrag), patienceMs);
      scene.callee.silent = false;
      await scene.callee.refresh();
      if (ufrag) scene.caller.trickle(scene.callee.name, ufrag, `${scene.seed}/later`);
      await answered(scene, ufrag, 3_000);
    },
  },
  "caller refreshes": {
    weight: 4,
    run: async (scene) => {
      offer(scene);
      await scene.caller.refresh();
      await answered(scene, offer(scene, { seed: "again" }));
    },
  },
  "callee opens a second page": {
    weight: 3,
    run: async (scene) => {
      const first = offer(scene);
      const closeOlder = await scene.callee.replace();
      await answered(scene, first);
      await answered(scene, offer(scene, { seed: "again" }));
      closeOlder();
    },
  },
  "callee is gone": { weight: 3, run: (scene) => losing(scene, "gone") },
  "callee is half-open": { weight: 2, run: (scene) => losing(scene, "half-open") },
  "make before break": {
    weight: 2,
    run: async (scene) => {
      const ufrag = offer(scene);
      await Promise.all([scene.callee.moveOver(), scene.caller.moveOver()]);
      if (ufrag) scene.caller.trickle(scene.callee.name, ufrag, `${scene.seed}/moved`);
      await answered(scene, ufrag);
    },
  },
};

/** A course, by its weight. */
export function courseOf(random: Random): Course {
  const all = Object.values(courses);
  let left = random.next() * all.reduce((sum, { weight }) => sum + weight, 0);
  for (const { weight, run } of all) {
    left -= weight;
    if (left < 0) return run;
  }
  throw new Error("weights are positive");
}

function offer(scene: Scene, { before = 0, seed = "first" } = {}): string | undefined {
  const { caller, callee } = scene;
  // Now and then a number is left out, as by a client that gave a frame up.
  const skip = caller.style === "numbered" && scene.random.chance(0.03) ? 1 : 0;
  const ufrag = caller.describe("SDP_OFFER", callee.name, `${scene.seed}/${seed}`, before, skip);
  if (ufrag) scene.former.push({ member: caller, to: callee.name, ufrag });
  return ufrag;
}

/** Waits for the answer, but not for long: it may have been lost. */
async function answered(
  { world, caller, answers }: Scene,
  ufrag: string | undefined,
  patience = patienceMs,
): Promise<void> {
  if (ufrag === undefined) return;
  await world.until(() => {
    const answer = answers.get(ufrag);
    return answer !== undefined && !!caller.client?.described.has(answer);
  }, patience);
}

const swapped = (scene: Scene): Scene => ({ ...scene, caller: scene.callee, callee: scene.caller });

/** The callee's network is lost while it is called. */
async function losing(scene: Scene, how: "gone" | "half-open"): Promise<void> {
  const first = offer(scene);
  const lost = scene.callee.loseNetwork(how);
  await scene.world.pause(scene.random.whole(0, 30));
  const second = scene.random.chance(0.5) ? offer(scene, { seed: "again" }) : undefined;
  await lost;
  await answered(scene, second ?? first);
}
