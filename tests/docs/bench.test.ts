import { expect, test } from "@jest/globals";
import { benches } from "../../bench/benches.ts";
import { columns, tableUnder, textOf } from "./document.ts";

const document = "bench/README.md";

test("the benches are those that npm run bench knows, and each has a part of its own", () => {
  const links = columns(tableUnder(document, "Benches"), 0).flat();
  expect(links.map((link) => /^\[`(\w+)`\]/.exec(link)?.[1])).toEqual(Object.keys(benches));
  for (const name of Object.keys(benches)) expect(textOf(document)).toMatch(RegExp(`^## \`${name}\`: `, "m"));
});

test.each(Object.entries(benches))("the options of %s are told in its part", (name, { options }) => {
  const part = textOf(document).split(`\n## \`${name}\`: `)[1]?.split("\n## ")[0] ?? "";
  for (const option of Object.keys(options))
    expect([option, part.includes(`--${option}`)]).toEqual([option, true]);
});
