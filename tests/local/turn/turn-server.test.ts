import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { startTurnServer } from "../../../local/turn/turn-server.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "synapse-d-no-coturn-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** A command that is not coturn. */
function command(script: string): string {
  const path = join(folder, "turnserver");
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

const settingsLeft = () => readdirSync(tmpdir()).filter((name) => name.startsWith("synapse-d-turn-"));

test("what ends at once is told with its last words, and its settings do not stay", async () => {
  const before = settingsLeft();
  const failing = command('echo "0: : starting"; echo "0: : Cannot bind" >&2; sleep 0.1; exit 1');
  await expect(startTurnServer({ command: failing, secret: "north" })).rejects.toThrow(
    /^coturn does not listen on port \d+: 0: : Cannot bind$/,
  );
  expect(settingsLeft()).toEqual(before);
});

test("what cannot be run is told by the system's words", async () => {
  const missing = join(folder, "missing");
  await expect(startTurnServer({ command: missing, secret: "north" })).rejects.toThrow(/ENOENT/);
});

test("the secret is in no argument, and nobody else may read its file", async () => {
  const talking = command('echo "$@ $(stat -c %a "$2" 2>/dev/null || stat -f %Lp "$2")"; exit 1');
  const failure = await startTurnServer({ command: talking, secret: "northern-lights" }).catch(String);
  expect(failure).toMatch(/-c \S+turnserver\.conf 600$/);
  expect(failure).not.toContain("northern-lights");
});
