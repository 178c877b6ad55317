import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { findPulumi } from "../../local/engine/pulumi-cli.ts";
import * as aws from "../../policies/aws.ts";
import { onTheWire } from "../policies/declare-stack.ts";
import { exportedProgram, exportedState } from "../policies/exported-state.ts";
import { exampleProgram, ownProgram } from "../policies/programs.ts";

const root = join(import.meta.dirname, "..", "..");

let folder: string;
/** The CLI's folder. */
let bin: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "engine-"));
  bin = join(findPulumi().root, "bin");
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What `pulumi policy analyze` says of a state with this repository's pack, and its exit code. */
async function analyzed(
  name: string,
  state: string,
  pack = "policies",
): Promise<{ code: number; said: string }> {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, state);
  const args = ["policy", "analyze", "--policy-pack", join(root, pack), "--file", file];
  const env = {
    ...process.env,
    PATH: [dirname(process.execPath), bin, process.env.PATH].join(":"),
    PULUMI_SKIP_UPDATE_CHECK: "1",
    NODE_OPTIONS: "",
  };
  try {
    const { stdout, stderr } = await promisify(execFile)(join(bin, "pulumi"), args, { env, cwd: root });
    return { code: 0, said: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, said: stdout + stderr };
  }
}

test("the engine loads the packs, finds prod and the example in order, and names what is broken in another stack", async () => {
  const [prod, example, broken] = await Promise.all([
    ownProgram("prod").then((stack) => analyzed("prod", exportedProgram(stack))),
    exampleProgram().then((stack) =>
      analyzed("example", exportedProgram(stack), join("policies", "example", "policy")),
    ),
    analyzed(
      "broken",
      exportedState(
        onTheWire(
          [
            [aws.logGroup, "audit"],
            [aws.queue, "orders"],
          ],
          false,
        ),
      ),
    ),
  ]);
  expect(prod).toEqual({ code: 0, said: expect.stringMatching(/✅ synapse-d@v/) });
  expect(example).toEqual({ code: 0, said: expect.stringMatching(/✅ orders@v/) });
  expect(broken.code).not.toBe(0);
  for (const rule of ["logs-expire", "queue-has-dead-letters", "queue-is-encrypted"])
    expect(broken.said).toMatch(new RegExp(`\\[mandatory\\]\\s+${rule} `));
  expect(broken.said).not.toContain("[advisory]");
}, 240_000);
