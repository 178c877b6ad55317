import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import * as aws from "../../policies/aws.ts";
import { onTheWire } from "./declare-stack.ts";
import { exportedProgram, exportedState } from "./exported-state.ts";
import { exampleProgram, ownProgram } from "./programs.ts";

const root = join(import.meta.dirname, "..", "..");
const { version } = JSON.parse(readFileSync(join(root, "node_modules", "pulumi", "package.json"), "utf8"));
const home = process.env.PULUMI_HOME ?? join(homedir(), ".pulumi");
const bin = join(home, "versions", version, "bin");
const hasEngine = existsSync(join(bin, "pulumi"));

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "engine-"));
  if (hasEngine) return;
  const missing = `The Pulumi CLI ${version} is not in ${bin}. To get it, run: npx pulumi version`;
  if (process.env.CI) throw new Error(missing);
  process.stderr.write(`The pack was not tried in the engine. ${missing}\n`);
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
  if (!hasEngine) return;
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
