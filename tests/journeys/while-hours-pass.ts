import { test } from "@jest/globals";
import { advanceClock, type Ready } from "./running-program.ts";

/** Yields how many milliseconds of the local cloud's clock pass before it goes on: so many, or somewhat more. */
export type HoursStory = () => AsyncGenerator<number, void>;

interface Told {
  readonly story: AsyncGenerator<number, void>;
  /** Epoch milliseconds of the local cloud's clock. */
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
  let ahead = 0;
  const pass = async (milliseconds: number) => {
    ahead = (await advanceClock(ready, milliseconds)) - Date.now();
  };
  // The time that stories take themselves passes on that clock too.
  const now = () => Date.now() + ahead;
  await pass(0);
  const going: Told[] = [];
  for (const entry of stories) {
    entry.told = { story: entry.begin(), due: 0 };
    if (await goesOn(entry.told, now)) going.push(entry.told);
  }
  while (going.length > 0) {
    const [next] = going.sort((one, other) => one.due - other.due);
    if (!next) return;
    const left = next.due - now();
    if (left > 0) await pass(left);
    if (!(await goesOn(next, now))) going.splice(going.indexOf(next), 1);
  }
}

/** False when the story has ended, well or badly. */
async function goesOn(told: Told, now: () => number): Promise<boolean> {
  try {
    const { done, value } = await told.story.next();
    if (done) return false;
    told.due = now() + value;
    return true;
  } catch (failure) {
    told.failure = failure;
    return false;
  }
}
