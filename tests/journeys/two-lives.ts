import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "@jest/globals";
import { type ChangedCopy, projectCopy } from "./changed-copy.ts";
import { endPrograms, type Ready, type RunningProgram, startProgram } from "./running-program.ts";

/** What a journey adds to the first life, which it shares with others. */
export interface InFirstLife {
  /** A file of the program, what is found there, and what is put in its place. */
  readonly change?: Parameters<ChangedCopy["change"]>;
  /** The last that is done before the kill. */
  readonly beforeKill?: (ready: Ready) => Promise<void>;
  /** While nothing runs on the data folder. */
  readonly whileDown?: (folder: string) => Promise<void>;
}

export interface TwoLives {
  /** The program with all changes. Of no use once it was killed. */
  readonly first: Ready;
  /** The program as it is, on the data folder that the first left when it was killed: this does so, once. */
  second(): Promise<Ready>;
}

const parts: InFirstLife[] = [];
let shared: TwoLives | undefined;

/**
 * Two programs one after the other, on one data folder, for all journeys that a test file imports: those of the first
 * come first. Changes of one journey must not disturb another.
 */
export function twoLives(part: InFirstLife = {}): TwoLives {
  parts.push(part);
  shared ??= newLives();
  return shared;
}

function newLives(): TwoLives {
  const data = mkdtempSync(join(tmpdir(), "synapse-d-lives-"));
  let copy: ChangedCopy | undefined;
  let first: RunningProgram | undefined;
  let second: Promise<RunningProgram> | undefined;

  const start = async () => {
    const changed = projectCopy();
    copy = changed;
    for (const { change } of parts) if (change) changed.change(...change);
    first = await startProgram(["--data", data], changed.folder);
  };
  const startAgain = async (): Promise<RunningProgram> => {
    if (!first) throw new Error("the first program runs while tests do");
    for (const { beforeKill } of parts) await beforeKill?.(first.ready);
    await first.stop("SIGKILL");
    for (const { whileDown } of parts) await whileDown?.(data);
    return startProgram(["--data", data]);
  };

  beforeAll(start, 60_000);
  afterAll(async () => {
    await (await second)?.stop();
    endPrograms();
    copy?.remove();
    rmSync(data, { recursive: true });
  });
  return {
    get first() {
      if (!first) throw new Error("the first program runs while tests do");
      return first.ready;
    },
    second: async () => {
      second ??= startAgain();
      return (await second).ready;
    },
  };
}
