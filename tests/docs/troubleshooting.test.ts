import { expect, test } from "@jest/globals";
import { allIn, columns, sourcesBelow, tableUnder, textOf } from "./document.ts";

const guide = textOf("docs/troubleshooting.md");
const written = [...sourcesBelow("functions"), ...sourcesBelow("components"), "index.ts"]
  .map(textOf)
  .join("\n");
const explained = ["errors", "logs", "billing"].map((page) => textOf(`docs/${page}.md`)).join("\n");

test("every question in italics is a saved query, and each query is asked somewhere", () => {
  const asked = allIn(guide, /(?<!\*)\*([A-Z][^*]+)\*(?!\*)/g).map((question) =>
    question.replaceAll(/\s+/g, " ").trim(),
  );
  const saved = columns(tableUnder("docs/logs.md", "Questions"), 0).flat();
  expect(asked.filter((question) => !saved.includes(question))).toEqual([]);
  expect(saved.filter((question) => !guide.replaceAll(/\s+/g, " ").includes(question))).toEqual([]);
});

test("every word in code style is one of the program's", () => {
  const words = allIn(guide, /`([a-zA-Z_]+)`/g);
  // What a browser or Stripe calls so.
  const elsewhere = ["iceConnectionState", "failed", "iceServers", "all", "api_version", "replace"];
  const ours = words.filter((word) => !elsewhere.includes(word));
  expect(ours.length).toBeGreaterThan(40);
  expect(ours.filter((word) => !new RegExp(`\\b${word}\\b`).test(written))).toEqual([]);
  expect(ours.filter((word) => word.includes("_") && !explained.includes(`\`${word}\``))).toEqual([]);
});
