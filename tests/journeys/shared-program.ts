import { afterAll, beforeAll } from "@jest/globals";
import { endPrograms, type Ready, type RunningProgram, startProgram } from "./running-program.ts";

export interface SharedProgram {
  readonly ready: Ready;
  /** What it has printed to stderr so far. */
  readonly complaints: () => string;
}

let program: RunningProgram | undefined;
let shared: SharedProgram | undefined;

/** More than the frames of a burst, so that each can have an instance of its own. */
const instances = "32";

/**
 * One `npm start` for all journeys of a test file, also where they are files of their own that it imports. It is
 * there before the first test and ends after the last. Journeys that share it name their channels apart.
 */
export function sharedProgram(): SharedProgram {
  if (shared) return shared;
  const running = (): RunningProgram => {
    if (!program) throw new Error("the program runs while tests do");
    return program;
  };
  beforeAll(async () => {
    program = await startProgram(["--instances", instances]);
  }, 60_000);
  afterAll(async () => {
    await program?.stop();
    endPrograms();
  });
  shared = {
    get ready() {
      return running().ready;
    },
    complaints: () => running().complaints(),
  };
  return shared;
}
