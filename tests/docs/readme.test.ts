import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { allIn, columns, root, tableUnder, textOf } from "./document.ts";

const { scripts } = JSON.parse(textOf("package.json")) as { scripts: Record<string, string> };
const readme = textOf("README.md");

test("the commands are those of package.json", () => {
  const verbs = columns(tableUnder("README.md", "Commands"), 0).map(
    ([command = ""]) => /^npm (?:run )?([\w:-]+)/.exec(command)?.[1],
  );
  // npm runs a script whose name begins with pre before the other.
  const declared = Object.keys(scripts).filter(
    (name) => !(name.startsWith("pre") && name.slice(3) in scripts),
  );
  expect(verbs).toEqual(declared);
});

test("the map shows every folder of the top level, and nothing that is not there", () => {
  const map = /## Find your way\n\n```text\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  const folders = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => name)
    .filter((name) => name !== "node_modules" && name !== "coverage");
  expect(allIn(map, /^(\S+)/gm)).toEqual([...folders.map((name) => `${name}/`), "index.ts"].sort());
});

test("every page of docs is linked", () => {
  const pages = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
  expect(allIn(readme, /\]\(docs\/([\w-]+\.md)\)/g)).toEqual(pages.sort());
});
