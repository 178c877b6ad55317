import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { takeFolder } from "../../../local/engine/take-folder.ts";
import { freePort } from "../../../local/loopback/free-port.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "engine-folder-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("one process has a folder at a time, and another has it after that", async () => {
  const leave = await takeFolder(folder);
  await expect(takeFolder(folder)).rejects.toThrow("Another npm run up:local has this stack.");
  leave();
  (await takeFolder(folder))();
});

test.each(["a port where nothing listens", "no port"])(
  "a mark that was left behind holds nothing: %s",
  async (mark) => {
    (await takeFolder(folder))();
    const left = mark === "no port" ? "" : String(await freePort());
    writeFileSync(join(folder, ".synapse-d", "engine", "holder"), left);
    (await takeFolder(folder))();
  },
);
