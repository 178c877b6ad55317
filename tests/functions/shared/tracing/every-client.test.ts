import { expect, test } from "@jest/globals";
import { sourcesBelow, textOf } from "../../../docs/document.ts";

test("every client of AWS's SDK is traced, wherever a function makes one", () => {
  const made = sourcesBelow("functions").flatMap((file) =>
    [...textOf(file).matchAll(/(traced\(\s*)?new (\w+Client)\(/g)].map(([, traced, client]) => ({
      ...{ file, client },
      isTraced: traced !== undefined,
    })),
  );
  expect(made.length).toBeGreaterThan(20);
  expect(made.filter(({ isTraced }) => !isTraced)).toEqual([]);
});
