import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseBenchArguments } from "../../bench/bench-options.ts";

const rounds = { meaning: "Rounds.", standard: 5, least: 1, most: 999 };
const seconds = { meaning: "Seconds of each.", standard: 1.5, least: 0.001, most: 999, decimals: 3 };
const parse = (...args: string[]) =>
  parseBenchArguments(args, {
    relay: { description: "what a frame costs", options: { rounds, seconds } },
    start: { description: "speed", options: {} },
    stop: { description: "the other end", options: { rounds } },
  });

test("a name alone runs that bench with the standard of each of its options", () => {
  expect(parse("relay")).toEqual({
    kind: "run",
    options: { bench: "relay", json: false, values: { rounds: 5, seconds: 1.5 } },
  });
  expect(parse("start")).toEqual({ kind: "run", options: { bench: "start", json: false, values: {} } });
});

test("its options and JSON can be asked for", () => {
  expect(parse("relay", "--rounds", "20", "--seconds", "0.25", "--json")).toEqual({
    kind: "run",
    options: { bench: "relay", json: true, values: { rounds: 20, seconds: 0.25 } },
  });
});

test.each([[[]], [["--help"]], [["relay", "-h"]]])("%j lists the benches with their options", (args) => {
  const parsed = parse(...args);
  expect(parsed).toMatchObject({ kind: "list" });
  const lines = "text" in parsed ? parsed.text.split("\n") : [];
  expect(lines).toContain("  relay");
  expect(lines).toContain("    what a frame costs");
  expect(lines).toContain("      --seconds N  Seconds of each. A number from 0.001 to 999. Default 1.5.");
});

test.each([
  [["rely"], 'There is no bench "rely"; expected relay, start or stop.'],
  [["toString"], 'There is no bench "toString"; expected relay, start or stop.'],
  [["--json", "relay"], 'There is no bench "--json"; expected relay, start or stop.'],
  [["relay", "start"], 'One bench at a time; "start" is too much.'],
  [["relay", "--rounds", "0"], '--rounds is "0"; expected a whole number from 1 to 999.'],
  [["relay", "--rounds", "1.5"], '--rounds is "1.5"; expected a whole number from 1 to 999.'],
  [["stop", "--rounds", "1000"], '--rounds is "1000"; expected a whole number from 1 to 999.'],
  [["relay", "--rounds="], '--rounds is ""; expected a whole number from 1 to 999.'],
  [["relay", "--seconds", "0.0"], '--seconds is "0.0"; expected a number from 0.001 to 999.'],
  [["relay", "--seconds", "1e2"], '--seconds is "1e2"; expected a number from 0.001 to 999.'],
])("%j is refused with what is wrong", (args, message) => {
  expect(parse(...args)).toEqual({ kind: "refused", message });
});

test.each([
  ["relay", "--pairs"],
  ["start", "--rounds"],
])("an option that the bench %s does not have is refused by its name, %s", (name, option) => {
  expect(parse(name, option, "9")).toEqual({
    kind: "refused",
    message: expect.stringContaining(`'${option}'`),
  });
});

test("whatever the arguments are, they are run within the limits, listed or refused", () => {
  const word = fc.oneof(fc.string(), fc.constantFrom("relay", "--rounds", "--seconds", "--json", "7", "-1"));
  fc.assert(
    fc.property(fc.array(word), (args) => {
      const parsed = parse(...args);
      if (parsed.kind !== "run") return;
      const { bench, values } = parsed.options;
      expect(bench).toMatch(/^(relay|start|stop)$/);
      expect(values.rounds ?? 1).toBeGreaterThanOrEqual(1);
      expect(values.seconds ?? 1).toBeGreaterThan(0);
    }),
  );
});
