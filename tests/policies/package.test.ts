import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as aws from "../../policies/aws.ts";
import { onTheWire } from "./declare-stack.ts";
import { exportedState } from "./exported-state.ts";

const root = join(import.meta.dirname, "..", "..");
let project: string;
let installed: string;
const node = (...args: string[]) =>
  execFileSync(process.execPath, ["--no-warnings", ...args], { cwd: project, encoding: "utf8" });

/** The package, built and put where npm would put it, beside what it depends on. */
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "policies-"));
  installed = join(project, "node_modules", "synapse-d-policies");
  mkdirSync(join(project, "node_modules"));
  for (const dependency of ["@pulumi", "valibot"])
    symlinkSync(join(root, "node_modules", dependency), join(project, "node_modules", dependency));
  execFileSync(process.execPath, ["--no-warnings", join(root, "policies", "build-package.ts"), installed]);
}, 120_000);
afterAll(() => rmSync(project, { recursive: true }));

describe("the published package", () => {
  test("judges for a team that installed it, without Pulumi in the way", () => {
    const program = `
      import { judge, Resource, rules, Stack } from "synapse-d-policies";
      const urn = "urn:pulumi:dev::shop::aws:cloudwatch/logGroup:LogGroup::audit";
      const stack = new Stack([new Resource({ type: "aws:cloudwatch/logGroup:LogGroup", urn, inputs: {} })]);
      const { violations } = judge(stack, { today: "2026-11-25" });
      console.log(rules.length, violations.map(({ rule }) => rule).join());`;
    writeFileSync(join(project, "use.mjs"), program);
    expect(node("use.mjs")).toBe("102 logs-expire,logs-mask-personal-data\n");
  });

  test("brings no exemption of this repository with it", () => {
    const state = join(project, "state.json");
    writeFileSync(state, exportedState(onTheWire([[aws.logGroup, "audit", { retentionInDays: 30 }]], false)));
    const { bin } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
    expect(() => node(join(installed, bin["synapse-d-policies"]), state)).toThrow(/Command failed/);
    expect(readFileSync(join(installed, "exemptions.js"), "utf8")).toBe("export const exemptions = [];\n");
  });

  test("has every file that it names, no TypeScript but types and the example, and its documents", () => {
    const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
    const named = [
      manifest.main,
      ...Object.values(manifest.exports).flatMap((entry) =>
        typeof entry === "string" ? [entry] : Object.values(entry as Record<string, string>),
      ),
    ];
    expect(named.filter((path) => !existsSync(join(installed, path)))).toEqual([]);
    const files = readdirSync(installed, { recursive: true, encoding: "utf8" });
    expect(files.filter((path) => /\.ts$/.test(path) && !/\.d\.ts$|^example/.test(path))).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(["README.md", "LICENSE", "rules.md", "coverage.md"]));
  });
});
