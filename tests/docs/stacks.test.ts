import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { stackDifferences } from "../../components/stack-differences.ts";
import { differences, stacksDocument, stacksFile } from "../../docs/stacks.ts";

test("the document is that of the stack files", () => {
  expect(readFileSync(stacksFile, "utf8")).toBe(stacksDocument());
});

test("every difference has its reason, and every reason a difference", () => {
  expect(differences().filter(({ reason }) => reason === undefined)).toEqual([]);
  const reasons = new Set(differences().map(({ reason }) => reason));
  expect(Object.values(stackDifferences).filter((reason) => !reasons.has(reason))).toEqual([]);
  const keys = differences().map(({ key }) => key);
  const unused = Object.keys(stackDifferences).filter(
    (path) => !keys.some((key) => key === path || key.startsWith(`${path}.`)),
  );
  expect(unused).toEqual([]);
});

test("prod has no caller without a tenant, no free access, and backups that nobody deletes", () => {
  const prod = Object.fromEntries(differences().map(({ key, prod }) => [key, prod]));
  expect(prod).toMatchObject({
    "synapse-d:oidc.sharedTenant": undefined,
    "synapse-d:freePlan.maxFrameBytes": undefined,
    "synapse-d:backup.locked": "true",
    "synapse-d:backup.restoreTests": "true",
  });
});
