import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { findPulumi } from "../../../local/engine/pulumi-cli.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const pinned = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies.pulumi;

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "pulumi-home-"));
});
afterEach(() => rmSync(home, { recursive: true }));

test("the CLI of the pinned version is found where the npm package puts it", () => {
  const bin = join(home, "versions", pinned, "bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, "pulumi"), "");
  expect(findPulumi(home)).toEqual({ root: join(home, "versions", pinned), version: pinned });
});

test("without it one sentence says how to get it", () => {
  expect(() => findPulumi(home)).toThrow(
    `The Pulumi CLI ${pinned} is not in ${join(home, "versions", pinned, "bin")}. To get it, run: npx pulumi version`,
  );
});
