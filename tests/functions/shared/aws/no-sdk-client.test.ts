import { expect, test } from "@jest/globals";
import { sourcesBelow, textOf } from "../../../docs/document.ts";

test("no function brings a client of AWS's SDK with it: only types are imported", () => {
  const uses = sourcesBelow("functions").flatMap((file) =>
    textOf(file)
      .split(";")
      .filter((statement) => statement.includes('"@aws-sdk/client-'))
      .map((statement) => ({ file, isType: /^\s*(import|export) type\b/.test(statement) })),
  );
  expect(uses.length).toBeGreaterThan(2);
  expect(uses.filter(({ isType }) => !isType)).toEqual([]);
});
