import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseStartArguments } from "../../../local/start/start-options.ts";

test("without arguments the console has port 8787 and everything is in memory", () => {
  expect(parseStartArguments([])).toEqual({
    kind: "start",
    options: { json: false, port: 8787, instances: 8 },
  });
});

test("all options together", () => {
  const args = ["--json", "--port", "0", "--data=./here", "--instances", "64", "--turn"];
  expect(parseStartArguments(args)).toEqual({
    kind: "start",
    options: { json: true, port: 0, instances: 64, dataFolder: "./here", turn: true },
  });
});

test.each([
  [["--port", "65536"], '--port is "65536"; expected a number from 0 to 65535.'],
  [["--port", "x"], '--port is "x"; expected a number from 0 to 65535.'],
  [["--port=-1"], '--port is "-1"; expected a number from 0 to 65535.'],
  [["--instances", "0"], '--instances is "0"; expected a number from 1 to 1000.'],
  [["--instances", "many"], '--instances is "many"; expected a number from 1 to 1000.'],
  [["--data", ""], "--data is empty; expected the path of a folder."],
  [["--prot", "1"], "Unknown option '--prot'"],
  [["extra"], "Unexpected argument 'extra'"],
])("%j is refused with what was wrong", (args, message) => {
  const parsed = parseStartArguments(args);
  expect(parsed.kind === "refused" && parsed.message).toContain(message);
});

test("--help says what there is", () => {
  const parsed = parseStartArguments(["--help"]);
  expect(parsed.kind === "help" && parsed.text).toContain("--data DIR");
});

test("any arguments are either understood or refused", () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 5 }), (args) => {
      expect(["start", "help", "refused"]).toContain(parseStartArguments(args).kind);
    }),
  );
});
