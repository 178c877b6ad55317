import { expect, test } from "@jest/globals";
import { problems, webhookProblems } from "../../functions/billing/callers/problems.ts";
import { success } from "../../functions/signaling/answers.ts";
import { admissionRefusals } from "../../functions/signaling/authorize.ts";
import { refusals } from "../../functions/signaling/protocol.ts";
import { recordedProgram } from "../components/recorded-program.ts";
import { declareWholeProgram } from "../components/whole-program.ts";
import { allIn, columns, sourceNamed, sourcesBelow, tableUnder, textOf } from "./document.ts";

const errors = "docs/errors.md";
const table = (heading: string, ...indexes: number[]) => columns(tableUnder(errors, heading), ...indexes);

test("the authorizer's refusals are those of the code, with their status", () => {
  const documented = table("A handshake is refused", 1, 0);
  expect(documented).toEqual(
    Object.entries(admissionRefusals).map(([code, status]) => [code, String(status)]),
  );
});

test("every other status that refuses a handshake is listed", () => {
  const gateway = sourceNamed("local", "handshake.ts") + sourceNamed("local", "authorize-connect.ts");
  const statuses = [
    ...allIn(gateway, /\bstatus: ([45]\d\d)\b/g),
    ...allIn(textOf("functions/signaling/enter-channel.ts"), /\bstatusCode: ([45]\d\d)\b/g),
  ];
  expect(table("Refused elsewhere", 0).flat()).toEqual([...new Set(statuses)].sort());
});

test("the refusals of PeerConnectionHandler are those of the code, with their status", () => {
  const source = textOf("functions/signaling/enter-channel.ts");
  const refused = [
    ...source.matchAll(/outcome: "refused", code: "(\w+)" \}\);\s+return \{ statusCode: (\d{3}) \}/g),
  ].map(([, code, status]) => [status, code]);
  expect(refused).toHaveLength(allIn(source, /(outcome: "refused", code: "\w+")/g).length);
  expect(table("Refused by PeerConnectionHandler", 0, 1)).toEqual(refused);
});

test("the success answers to a frame are those of the code", () => {
  const answers = (["delivered", "queued"] as const).map((code) => {
    const { statusResponse } = JSON.parse(success(code, { correlationId: "c-1" }).body ?? "{}");
    return [statusResponse.code, statusResponse.statusCode];
  });
  expect(table("A frame is answered", 0, 1)).toEqual(answers);
});

test("the refusals of a frame are those of the code, with their status and type", () => {
  expect(table("Frames that are refused", 0, 1, 2)).toEqual(
    Object.entries(refusals).map(([code, { status, errorType }]) => [code, String(status), errorType]),
  );
});

test("what API Gateway itself sends is what the local cloud sends", () => {
  const source = sourcesBelow("local/api-gateway/websocket").map(textOf).join("\n");
  const sent = [...source.matchAll(/\bfail\((\d{3}), "([^"]+)"/g)].map(([, ...pair]) => pair.join(" "));
  const documented = table("What API Gateway itself sends", 0, 1).map((pair) => pair.join(" "));
  expect(source).toContain('"Endpoint request timed out"');
  expect(documented).toEqual([...new Set([...sent, "504 Endpoint request timed out"])].sort());
});

test("every close code that a client can see is listed", () => {
  const source = sourceNamed("local/api-gateway/websocket", "connection.ts");
  const deleted = sourceNamed("local/api-gateway/websocket", "connections-endpoint.ts");
  // 1005 says that a close frame had no code. It is never sent.
  const codes = [
    ...allIn(deleted, /\.close\((10\d\d)/g),
    ...allIn(source, /\b(10\d\d)\b/g).filter((code) => code !== "1005"),
  ];
  expect(table("A socket closes", 0).flat()).toEqual(codes);
});

test("the problems of the billing API are those of the code, with status and whether to retry", () => {
  const inCode = Object.entries(problems).map(([code, text]) => [
    code,
    String(text.status),
    "retryable" in text ? "yes" : "no",
  ]);
  expect(table("A request of the billing API is refused", 0, 1, 2)).toEqual(inCode);
});

test("the refusals of Stripe's webhook are those of the code, with their status", () => {
  expect(table("Stripe's webhook is refused", 0, 1)).toEqual(
    Object.entries(webhookProblems).map(([code, { status }]) => [code, String(status)]),
  );
});

test("API Gateway's own refusals are those that the program declares", async () => {
  const declared = (await recordedProgram(declareWholeProgram))
    .filter(({ type }) => type === "aws:apigateway/response:Response")
    .map(({ inputs }) => {
      const { "application/json": template } = inputs.responseTemplates as Record<string, string>;
      const { code, retryable } = JSON.parse(template ?? "{}");
      const responseType = String(inputs.responseType);
      const status =
        inputs.statusCode ?? responseType.replace("DEFAULT_", "").toLowerCase().replace("xx", "xx");
      return [code, String(status), retryable ? "yes" : "no", responseType];
    });
  const documented = table("Refused by API Gateway before the function", 0, 1, 2, 3);
  expect(documented.toSorted(byType)).toEqual(declared.sort(byType));
});

const byType = ([, , , one = ""]: readonly string[], [, , , other = ""]: readonly string[]) =>
  one < other ? -1 : 1;

test("the messages of a start that fails are those of the code", () => {
  const source = sourcesBelow("local/start").map(textOf).join("\n");
  const messages = allIn(source, /(?:new StartError|\brefused)\(\s*[`"](.+)[`"]\)/g).map((message) =>
    message.replaceAll(/\$\{[^}]*\}/g, "…"),
  );
  expect(table("`npm start` or the program stops", 0).flat().sort()).toEqual(messages.sort());
});
