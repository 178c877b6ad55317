// `node policies/write-documents.ts` writes rules.md and coverage.md from the rules. A test fails when they drift.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { coverageDocument, rulesDocument } from "./documents.ts";

for (const [name, text] of [
  ["rules.md", rulesDocument()],
  ["coverage.md", coverageDocument()],
] as const) {
  writeFileSync(join(import.meta.dirname, name), text);
}
