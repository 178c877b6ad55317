import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { AdvanceableClock } from "../../../local/clock.ts";
import { createTables } from "../../../local/dynamodb/create-tables.ts";
import { makeDataFolder, unusable } from "../../../local/start/data-folder.ts";
import { StartError } from "../../../local/start/start-error.ts";

let scratch: string;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "synapse-d-folder-"));
});

afterAll(() => rmSync(scratch, { recursive: true }));

const refusal = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof StartError)) throw new Error("expected a StartError", { cause: error });
  return error.message;
};

test("makes a folder below folders that are missing, and keeps one that is there", async () => {
  const folder = join(scratch, "a", "b", "c");
  await makeDataFolder(folder);
  await makeDataFolder(folder);
  expect(statSync(folder).isDirectory()).toBe(true);
});

test("says that a file is not a folder", async () => {
  const file = join(scratch, "file");
  writeFileSync(file, "");
  expect(await refusal(makeDataFolder(file))).toBe(`--data ${file} is not a folder.`);
});

test("says why a folder cannot be made, and does not try for ever", async () => {
  const below = join(scratch, "file", "below");
  expect(await refusal(makeDataFolder(below))).toMatch(/^--data .*below cannot be written: ENOTDIR/);
});

test("says that the folder is in use", async () => {
  const path = join(scratch, "used");
  const clock = new AdvanceableClock();
  const first = await createTables({ clock, path });
  const second = await createTables({ clock, path }).then(undefined, (error: unknown) => error);
  expect(unusable("used", second).message).toBe("--data used is in use by another npm start.");
  await first.stop();
});

test("says what it cannot read", async () => {
  const path = join(scratch, "damaged");
  const clock = new AdvanceableClock();
  await (await createTables({ clock, path })).stop();
  writeFileSync(join(path, "CURRENT"), "no manifest\n");
  const error = await createTables({ clock, path }).then(undefined, (reason: unknown) => reason);
  expect(unusable("damaged", error).message).toMatch(
    /^--data damaged holds what cannot be read: Database failed to open: IO error: .*no manifest/,
  );
});

test("ends where the system refuses new folders without a reason", async () => {
  // On Linux the system says of /proc that what was to be made does not exist; elsewhere / cannot be written.
  expect(await refusal(makeDataFolder("/proc/synapse-d/data"))).toMatch(
    /^--data \/proc.* cannot be written: E/,
  );
});
