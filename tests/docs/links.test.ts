import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { allIn, root, textOf } from "./document.ts";

const below = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((path) => join(folder, path));
const documents = [...readdirSync(root), ...below("docs")].filter((path) => path.endsWith(".md"));
const { scripts } = JSON.parse(textOf("package.json")) as { scripts: Record<string, string> };

/** GitHub's anchor of a heading: lower case, spaces to dashes, punctuation gone. */
const anchors = (document: string): string[] =>
  allIn(textOf(document), /^#+ (.+)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );

describe.each(documents)("%s", (document) => {
  test("links to files and headings that exist", () => {
    for (const link of allIn(textOf(document), /\]\((?!https?:)([^)]+)\)/g)) {
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? document : join(dirname(document), path);
      expect([link, existsSync(join(root, target))]).toEqual([link, true]);
      if (anchor !== undefined)
        expect([link, anchors(target)]).toEqual([link, expect.arrayContaining([anchor])]);
    }
  });

  test("names files and folders that exist", () => {
    const named = allIn(
      textOf(document),
      /`((?:bench|chaos|components|docs|functions|local|operate|policies|tests)\/[\w./-]*)`/g,
    );
    for (const path of named) expect([path, existsSync(join(root, path))]).toEqual([path, true]);
  });

  test("names npm scripts that exist", () => {
    const verbs = allIn(textOf(document), /\bnpm run (?:--silent )?([\w:-]+)/g);
    expect(verbs.filter((verb) => !(verb in scripts))).toEqual([]);
  });
});
