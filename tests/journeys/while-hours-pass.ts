import { test } from "@jest/globals";
import { advanceClock, type Ready } from "./running-program.ts";

/** Yields how many milliseconds of the local cloud's clock pass before it goes on. */
export type HoursStory = () => AsyncGenerator<number, void>;

interface Told {
  readonly story: AsyncGenerator<number, void>;
  /** Milliseconds since the stories began. */
  due: number;
  failure?: unknown;
}

const stories: { readonly begin: HoursStory; told?: Told }[] = [];
let told: Promise<void> | undefined;

/**
 * A test whose story takes hours of the local cloud's clock. An hour costs two seconds of processor time, so all such
 * stories of a test file begin together, and the hours pass once: within the first of the tests. They share a program,
 * and name their channels apart. No story goes on while another does.
 */
export function whileHoursPass(name: string, ready: () => Ready, begin: HoursStory): void {
  const entry: (typeof stories)[number] = { begin };
  stories.push(entry);
  test(name, async () => {
    told ??= tellAll(ready());
    await told;
    if (entry.told && "failure" in entry.told) throw entry.told.failure;
  }, 300_000);
}

async function tellAll(ready: Ready): Promise<void> {
  const going: Told[] = [];
  for (const entry of stories) {
    entry.told = { story: entry.begin(), due: 0 };
    if (await goesOn(entry.told)) going.push(entry.told);
  }
  let passed = 0;
  while (going.length > 0) {
    const [next] = going.sort((one, other) => one.due - other.due);
    if (!next) return;
    if (next.due > passed) await advanceClock(ready, next.due - passed);
    passed = next.due;
    if (!(await goesOn(next))) going.splice(going.indexOf(next), 1);
  }
}

/** False when the story has ended, well or badly. */
async function goesOn(told: Told): Promise<boolean> {
  try {
    const { done, value } = await told.story.next();
    if (done) return false;
    told.due += value;
    return true;
  } catch (failure) {
    told.failure = failure;
    return false;
  }
}
