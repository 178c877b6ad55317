import { expect, test } from "@jest/globals";
import { readDeadLettersArguments } from "../../../operate/dead-letters/dead-letters-options.ts";

const read = (text: string) => readDeadLettersArguments(text.split(" "));

test("a command says what is to be done, where, and with which letters", () => {
  expect(read("redrive --stack prod --queue billing-events --message a --message b --dry-run")).toEqual({
    ...{ verb: "redrive", target: { kind: "deployed", stack: "prod" }, queue: "billing-events" },
    ...{ messages: new Set(["a", "b"]), most: 10_000, dryRun: true },
  });
  expect(read("show --local http://127.0.0.1:1/t --most 5")).toMatchObject({
    target: { kind: "local", control: "http://127.0.0.1:1/t" },
    ...{ most: 5, dryRun: false },
  });
  expect(read("list --queue-url https://q --endpoint http://e")?.target).toEqual({
    ...{ kind: "queue", url: "https://q", endpoint: "http://e" },
  });
  expect(readDeadLettersArguments([])).toBeUndefined();
  expect(read("list --help")).toBeUndefined();
});

test.each([
  ["delete --stack prod", '"delete" is no command; expected list, show or redrive'],
  ["--stack prod", '"" is no command; expected list, show or redrive'],
  ["list", "expected one of --stack NAME and --local URL"],
  ["list --stack a --local b", "expected one of --stack NAME and --local URL"],
  ["list show --stack a", '"show" is too much'],
  ["list --stack a --dry-run", "--dry-run is for redrive"],
  ["list --stack a --queue-url b", "--queue-url stands alone: it is for no stack and no --queue"],
  ["list --stack a --endpoint b", "--endpoint is for --queue-url"],
  ["show --stack a --most 0", '--most is "0"; expected a whole number from 1 to 10000'],
  ["show --stack a --most many", '--most is "many"; expected a whole number from 1 to 10000'],
  ["show --stak a", "Unknown option '--stak'"],
])("%j is refused: %s", (text, message) => {
  expect(() => read(text)).toThrow(message);
});
