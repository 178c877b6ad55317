import { expect, test } from "@jest/globals";
import { readTableArguments } from "../../../operate/table/table-options.ts";

const read = (text: string) => readTableArguments(text.split(" "));
const target = { kind: "deployed", stack: "prod" };

test("a command says what is to be done, with which table and which file", () => {
  expect(read("list --stack prod")).toEqual({ verb: "list", target });
  expect(read("export --stack prod --table audits --file a.gz")).toEqual({
    ...{ verb: "export", target, table: "audits", file: "a.gz", dryRun: false },
  });
  expect(
    read("import --stack prod --table audits --file a --dry-run --replace-older --from-line 12"),
  ).toEqual({
    ...{ verb: "import", target, table: "audits", file: "a", dryRun: true, replaceOlder: true, fromLine: 12 },
  });
  expect(read("forget --stack prod --user acme#auth0|4 --dry-run")).toEqual({
    ...{ verb: "forget", target, user: "acme#auth0|4", dryRun: true },
  });
  expect(readTableArguments([])).toBeUndefined();
  expect(read("import --help")).toBeUndefined();
});

test.each([
  ["drop --stack a", '"drop" is no command; expected list, export, import or forget'],
  ["list more --stack a", '"more" is too much'],
  ["list", "expected one of --stack NAME and --local URL"],
  ["list --stack a --table b", "--table is for export and import"],
  ["list --stack a --dry-run", "--dry-run is for export, import and forget"],
  ["export --stack a --table b --file c --user d#e", "--user is for forget"],
  ["forget --stack a", "forget needs --user TENANT#SUB"],
  ["forget --stack a --user ada", "forget needs --user TENANT#SUB"],
  ["forget --stack a --user a#b --table c", "--table is for export and import"],
  ["export --stack a --table b", "export needs --table NAME and --file PATH"],
  ["import --stack a --file b", "import needs --table NAME and --file PATH"],
  ["export --stack a --table b --file c --replace-older", "--replace-older is for import"],
  ["export --stack a --table b --file c --from-line 2", "--from-line is for import"],
  [
    "import --stack a --table b --file c --from-line 0",
    '--from-line is "0"; expected a whole number from 1 on',
  ],
])("%j is refused: %s", (text, message) => {
  expect(() => read(text)).toThrow(message);
});
