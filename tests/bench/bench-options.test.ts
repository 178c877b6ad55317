import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseBenchArguments } from "../../bench/bench-options.ts";

const parse = (...args: string[]) =>
  parseBenchArguments(args, { relay: "what a frame costs", start: "speed" });

test("a name alone runs that bench for five rounds of 1.5 seconds", () => {
  expect(parse("relay")).toEqual({
    kind: "run",
    options: { bench: "relay", rounds: 5, seconds: 1.5, json: false },
  });
});

test("rounds, seconds and JSON can be asked for", () => {
  expect(parse("relay", "--rounds", "20", "--seconds", "0.25", "--json")).toEqual({
    kind: "run",
    options: { bench: "relay", rounds: 20, seconds: 0.25, json: true },
  });
});

test.each([[[]], [["--help"]], [["relay", "-h"]]])("%j lists the benches", (args) => {
  const parsed = parse(...args);
  expect(parsed).toMatchObject({ kind: "list" });
  expect(parsed).toHaveProperty("text", expect.stringMatching(/^ {2}relay {2}what a frame costs$/m));
});

test.each([
  [["rely"], 'There is no bench "rely"; expected relay or start.'],
  [["toString"], 'There is no bench "toString"; expected relay or start.'],
  [["relay", "start"], 'One bench at a time; "start" is too much.'],
  [["relay", "--rounds", "0"], '--rounds is "0"; expected a whole number from 1 to 999.'],
  [["relay", "--rounds", "1.5"], '--rounds is "1.5"; expected a whole number from 1 to 999.'],
  [["relay", "--seconds", "0.0"], '--seconds is "0.0"; expected a number over 0 and below 1000.'],
  [["relay", "--seconds", "1e9"], '--seconds is "1e9"; expected a number over 0 and below 1000.'],
])("%j is refused with what is wrong", (args, message) => {
  expect(parse(...args)).toEqual({ kind: "refused", message });
});

test("an unknown option is refused by its name", () => {
  expect(parse("relay", "--pairs", "9")).toEqual({
    kind: "refused",
    message: expect.stringContaining("'--pairs'"),
  });
});

test("whatever the arguments are, they are run within the limits, listed or refused", () => {
  const word = fc.oneof(fc.string(), fc.constantFrom("relay", "--rounds", "--seconds", "--json", "7", "-1"));
  fc.assert(
    fc.property(fc.array(word), (args) => {
      const parsed = parse(...args);
      if (parsed.kind !== "run") return;
      expect(parsed.options.bench).toMatch(/^(relay|start)$/);
      expect(parsed.options.rounds).toBeGreaterThanOrEqual(1);
      expect(parsed.options.seconds).toBeGreaterThan(0);
    }),
  );
});
