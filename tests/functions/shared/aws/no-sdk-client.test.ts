import { expect, test } from "@jest/globals";
import { sourcesBelow, textOf } from "../../../docs/document.ts";

test("no function brings a client of AWS's SDK with it: only types are imported", () => {
  const imports = sourcesBelow("functions").flatMap((file) =>
    [...textOf(file).matchAll(/^(import|export)( type)?[^;]*from "@aws-sdk\/client-[^"]+";$/gm)].map(
      ([, , type]) => ({ file, isType: type !== undefined }),
    ),
  );
  expect(imports.length).toBeGreaterThan(2);
  expect(imports.filter(({ isType }) => !isType)).toEqual([]);
});
