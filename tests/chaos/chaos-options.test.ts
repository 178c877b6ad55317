import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseChaosArguments } from "../../chaos/chaos-options.ts";

const parse = (...args: string[]) =>
  parseChaosArguments(
    args,
    {
      signaling: { what: "peers negotiate", counts: "negotiations" },
      billing: { what: "people pay", counts: "subscriptions" },
    },
    () => 77,
  );

test("a name alone does 2,000 negotiations with a seed that is drawn", () => {
  expect(parse("signaling")).toEqual({
    kind: "run",
    options: { run: "signaling", count: 2_000, seed: 77, json: false, ledgers: undefined },
  });
});

test("customers, seed and JSON can be asked for", () => {
  expect(parse("billing", "--subscriptions", "10", "--seed", "0", "--json", "--ledgers", "there")).toEqual({
    kind: "run",
    options: { run: "billing", count: 10, seed: 0, json: true, ledgers: "there" },
  });
});

test.each([[[]], [["--help"]], [["signaling", "-h"]]])("%j lists the runs", (args) => {
  const parsed = parse(...args);
  expect(parsed).toMatchObject({ kind: "list" });
  expect(parsed).toHaveProperty("text", expect.stringMatching(/^ {2}signaling {2}peers negotiate$/m));
});

test.each([
  [["signalling"], 'There is no chaos run "signalling"; expected signaling or billing.'],
  [["toString"], 'There is no chaos run "toString"; expected signaling or billing.'],
  [["signaling", "billing"], 'One run at a time; "billing" is too much.'],
  [["signaling", "--negotiations", "0"], '--negotiations is "0"; expected a whole number from 1 to 9999999.'],
  [["billing", "--subscriptions", "-"], '--subscriptions is "-"; expected a whole number from 1 to 9999999.'],
  [["billing", "--negotiations", "7"], "--negotiations is none of billing; expected --subscriptions."],
  [["signaling", "--seed", "1e3"], '--seed is "1e3"; expected a whole number of up to 9 digits.'],
])("%j is refused with what is wrong", (args, message) => {
  expect(parse(...args)).toEqual({ kind: "refused", message });
});

test("an unknown option is refused by its name", () => {
  expect(parse("signaling", "--peers", "9")).toEqual({
    kind: "refused",
    message: expect.stringContaining("'--peers'"),
  });
});

test("whatever the arguments are, they are run within the limits, listed or refused", () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom("signaling", "--negotiations", "--seed", "--json", "7", "-1"),
  );
  fc.assert(
    fc.property(fc.array(word), (args) => {
      const parsed = parse(...args);
      if (parsed.kind !== "run") return;
      expect(parsed.options.run).toMatch(/^(signaling|billing)$/);
      expect(parsed.options.count).toBeGreaterThanOrEqual(1);
      expect(Number.isSafeInteger(parsed.options.seed)).toBe(true);
    }),
  );
});
