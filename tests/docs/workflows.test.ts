import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { allIn, columns, root, tableUnder, textOf } from "./document.ts";

const document = "docs/pull-requests.md";
const folder = ".github/workflows";
const files = readdirSync(join(root, folder));
const texts = files.map((name) => textOf(`${folder}/${name}`));
const scripts: Readonly<Record<string, string>> = JSON.parse(textOf("package.json")).scripts;

/** What the linter says of the files, and its exit code. */
function lint(pattern: string): readonly [number | null, string] {
  const bin = join(root, "node_modules", "@tktco", "node-actionlint", "bin", "node-actionlint.js");
  const { status, stdout } = spawnSync(process.execPath, [bin, pattern], { cwd: root, encoding: "utf8" });
  return [status, stdout];
}

test("the linter has no complaint, and would have", () => {
  expect(lint(`${folder}/*.yml`)).toEqual([0, expect.stringContaining(`Checking ${files.length} workflow`)]);
  const bent = join(mkdtempSync(join(tmpdir(), "workflows-")), "bent.yml");
  writeFileSync(bent, (texts[0] ?? "").replace("runs-on:", "runs-at:"));
  expect(lint(bent)).toEqual([1, expect.stringContaining('unexpected key "runs-at"')]);
});

test("the document lists the workflows, and every variable and secret that they read", () => {
  expect(columns(tableUnder(document, "Pull requests and environments"), 0).flat()).toEqual(
    expect.arrayContaining(files.map((name) => name)),
  );
  const read = texts.flatMap((text) => allIn(text, /\b(?:vars|secrets)\.(\w+)/g));
  const listed = columns(tableUnder(document, "Once for the repository"), 0).flat();
  expect(listed.toSorted()).toEqual([...new Set(read)].sort());
});

test("actions of others are pinned by their commit", () => {
  const uses = texts.flatMap((text) => allIn(text, /uses: (\S+)/g)).filter((name) => !name.startsWith("./"));
  expect(uses.length).toBeGreaterThan(5);
  expect(uses.filter((name) => !/@[0-9a-f]{40}$/.test(name))).toEqual([]);
});

test("they run npm scripts that exist, and deploy with the policies", () => {
  const run = texts.flatMap((text) => allIn(text, /npm run (?:--silent )?([\w:-]+)/g));
  expect(run.filter((name) => !(name in scripts))).toEqual([]);
  expect(run).toContain("preview");
  expect(texts.filter((text) => text.includes("pulumi up")).join("\n")).toContain("--policy-pack policies");
});

test("each role trusts GitHub's tokens of one kind of job of one repository", () => {
  const blocks = textOf(document).matchAll(/```json\n([\s\S]*?)```/g);
  const policies = [...blocks].map(([, text = ""]) => JSON.parse(text));
  expect(policies.map(({ Statement: [{ Condition }] }) => Condition)).toEqual([
    {
      StringEquals: {
        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        "token.actions.githubusercontent.com:sub": "repo:OWNER/REPOSITORY:pull_request",
      },
    },
    {
      StringEquals: {
        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        "token.actions.githubusercontent.com:sub": "repo:OWNER/REPOSITORY:environment:prod",
      },
    },
  ]);
});
