import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";

const root = join(import.meta.dirname, "..", "..", "..");
let empty: string;
beforeAll(() => {
  empty = mkdtempSync(join(tmpdir(), "no-pulumi-"));
});
afterAll(() => rmSync(empty, { recursive: true }));

const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--no-warnings", "local/up.ts", ...args], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, PULUMI_HOME: empty },
  });
  return { status, stdout, stderr };
};

test("without the Pulumi CLI the command says in one sentence how to get it, and ends with 1", () => {
  expect(run("--port", "0")).toEqual({
    status: 1,
    stdout: "",
    stderr: expect.stringMatching(
      /^synapse-d: The Pulumi CLI \S+ is not in \S+\. To get it, run: npx pulumi version\n$/,
    ),
  });
});

test("a data folder is refused, since its tables would have new names at each start", () => {
  expect(run("--data", empty)).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^synapse-d: up:local does not take --data: /),
  });
});

test("its help names the command", () => {
  expect(run("--help")).toMatchObject({ status: 0, stdout: expect.stringMatching(/^npm run up:local -- /) });
});
