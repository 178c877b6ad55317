import { expect, test } from "@jest/globals";
import * as v from "valibot";
import { noteNotRead, readMessage } from "../../../functions/shared/read-message.ts";
import { recordedTelemetry } from "../recorded-telemetry.ts";

const schema = v.strictObject({ v: v.literal(2), name: v.string() });

test("a message of this release is read", () => {
  expect(readMessage(schema, 2, '{"v":2,"name":"ada"}')).toEqual({ v: 2, name: "ada" });
});

test.each(['{"v":3,"name":"ada"}', '{"v":3}', '{"v":12,"who":["ada"]}'])(
  "%s is of a later release",
  (body) => {
    expect(readMessage(schema, 2, body)).toBe("message_newer");
  },
);

test.each(["", "null", "3", '{"v":1,"name":"ada"}', '{"v":2}', '{"v":"3"}', '{"v":2.5}', '[{"v":3}]'])(
  "%s is none that any release writes",
  (body) => {
    expect(readMessage(schema, 2, body)).toBe("message_malformed");
  },
);

test("what is newer comes back in its order, and what is malformed holds nobody back", async () => {
  const { telemetry, lines } = recordedTelemetry("deliver");
  for (const [code, handled] of [
    ["message_newer", "again"],
    ["message_malformed", "unreadable"],
  ] as const) {
    expect(await telemetry.observe("delivery", async (line) => noteNotRead(line, code))).toBe(handled);
  }
  expect(lines()).toMatchObject([
    { outcome: "retried", code: "message_newer" },
    { outcome: "failed", code: "message_malformed" },
  ]);
});
