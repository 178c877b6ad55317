import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as aws from "../../policies/aws.ts";
import { onTheWire } from "./declare-stack.ts";
import { exportedState } from "./exported-state.ts";

const analyze = join(import.meta.dirname, "..", "..", "policies", "analyze.ts");
let folder: string;
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--no-warnings", analyze, ...args], {
    encoding: "utf8",
  });
  return { status, said: stdout + stderr };
};
const logGroup = (inputs: object) =>
  exportedState(onTheWire([[aws.logGroup, "audit", { ...inputs }]], false));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "analyze-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("node policies/analyze.ts", () => {
  test("names each broken rule, and exits with 1", () => {
    const state = file("broken.json", logGroup({}));
    const options = file("none.mjs", "export const options = {};");
    expect(run("--options", options, state)).toEqual({
      status: 1,
      said:
        "logs-expire: audit (aws:cloudwatch/logGroup:LogGroup): Set retentionInDays.\n" +
        "logs-mask-personal-data: audit (aws:cloudwatch/logGroup:LogGroup): Add a LogDataProtectionPolicy with an Audit and a Deidentify statement.\n" +
        "1 resources, 2 violations, 0 exempted, 0 complaints about exemptions\n",
    });
  });

  test("takes a team's exemptions, and exits with 0", () => {
    const exemption = (rule: string) => ({
      rule,
      of: { resource: "audit" },
      reason: "The auditor wants these lines for ever.",
      owner: "security",
      expires: "9999-12-31",
    });
    const exemptions = JSON.stringify([exemption("logs-expire"), exemption("logs-mask-personal-data")]);
    const options = file("ours.mjs", `export const options = { exemptions: ${exemptions} };`);
    expect(run("--options", options, file("exempt.json", logGroup({})))).toEqual({
      status: 0,
      said: "1 resources, 0 violations, 2 exempted, 0 complaints about exemptions\n",
    });
  });

  test("says why it cannot tell, and exits with 2", () => {
    expect(run()).toMatchObject({
      status: 2,
      said: expect.stringMatching(/^bad_arguments: expected one file/),
    });
    expect(run("--what", "x")).toMatchObject({
      status: 2,
      said: expect.stringMatching(/^bad_arguments: .*what/),
    });
    expect(run(join(folder, "missing.json"))).toMatchObject({
      status: 2,
      said: expect.stringMatching(/^unreadable_file: .*missing\.json/),
    });
    expect(run(file("empty.json", ""))).toMatchObject({
      status: 2,
      said: expect.stringMatching(/^not_json: .*empty\.json/),
    });
    const state = file("some.json", logGroup({}));
    expect(run("--options", file("other.mjs", ""), state)).toMatchObject({
      status: 2,
      said: expect.stringMatching(/^unreadable_options: .*expected an export named options/),
    });
  });
});
