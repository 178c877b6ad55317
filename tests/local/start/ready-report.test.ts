import { expect, test } from "@jest/globals";
import { readyLine, readyTable } from "../../../local/start/ready-report.ts";

const ready = {
  console: "http://127.0.0.1:1/t/",
  signaling: "ws://127.0.0.1:2/v1",
  billing: "http://127.0.0.1:3/v1",
  issuer: "http://127.0.0.1:4/t",
  stripe: "http://127.0.0.1:6",
  stripeControl: "http://127.0.0.1:7/t",
  control: "http://127.0.0.1:5/t",
  resources: 105,
};

test("a program gets one line of JSON", () => {
  expect(readyLine(ready)).toBe(
    '{"ready":true,"console":"http://127.0.0.1:1/t/","signaling":"ws://127.0.0.1:2/v1","billing":"http://127.0.0.1:3/v1","issuer":"http://127.0.0.1:4/t","stripe":"http://127.0.0.1:6","stripeControl":"http://127.0.0.1:7/t","control":"http://127.0.0.1:5/t","resources":105}',
  );
});

test("a person gets a table, with the time it took and where rows are kept", () => {
  const table = readyTable(ready, 2_345, "./here");
  expect(table).toContain("105 resources of index.ts, ready in 2.3 s.");
  expect(table).toContain("  Console    http://127.0.0.1:1/t/  open this");
  expect(table).toContain("kept in ./here");
  expect(readyTable(ready, 1, undefined)).toContain("kept in memory");
});

test("a relay is named where there is one", () => {
  const relayed = { ...ready, turn: "turn:127.0.0.1:8" };
  expect(readyLine(relayed)).toContain(',"turn":"turn:127.0.0.1:8","resources":105}');
  expect(readyTable(relayed, 1, undefined)).toContain("  Relay      turn:127.0.0.1:8 ");
  expect(readyTable(ready, 1, undefined)).not.toContain("Relay");
});
