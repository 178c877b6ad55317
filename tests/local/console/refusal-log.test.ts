import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { newestRefusal } from "../../../local/console/page/refusal-log.ts";

const line = (event: string, outcome: string, code?: string) => ({
  time: 1,
  logGroup: "/synapse-d/local/SignalingAuthorizer",
  message: JSON.stringify({ event, outcome, ...(code !== undefined && { code }) }),
});

test("finds the cause of the newest refused connection", () => {
  const lines = [
    line("authorize", "refused", "proof_unknown"),
    line("authorize", "refused", "proof_used"),
    line("authorize", "allowed"),
    line("frame", "refused", "action_missing"),
  ];
  expect(newestRefusal({ lines })).toBe("proof_used");
});

test("finds none where no connection was refused, or in another answer", () => {
  expect(newestRefusal({ lines: [line("authorize", "allowed"), { message: "not JSON" }] })).toBeUndefined();
  expect(newestRefusal({ lines: [] })).toBeUndefined();
  expect(newestRefusal({ code: "token_required" })).toBeUndefined();
});

test("reads any answer without throwing", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.anything(), fc.record({ lines: fc.array(fc.record({ message: fc.json() })) })),
      (answer) => {
        expect(newestRefusal(answer)).toBeUndefined();
      },
    ),
  );
});
