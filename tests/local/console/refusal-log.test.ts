import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { meanings, newestRefusal } from "../../../local/console/page/refusal-log.ts";
import { tableUnder } from "../../docs/document.ts";

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

test("finds the cause also where the proof was good and the connection was refused afterwards", () => {
  const lines = [
    line("authorize", "refused", "proof_used"),
    line("authorize", "allowed"),
    line("connect", "refused", "channel_full"),
    line("connect", "connected", "superseded"),
    line("disconnect", "disconnected", "not_current"),
  ];
  expect(newestRefusal({ lines })).toBe("channel_full");
});

test("has words for every code with which a handshake is refused, and no others", () => {
  const documented = ["A handshake is refused", "Refused by PeerConnectionHandler"].flatMap((heading) =>
    tableUnder("docs/errors.md", heading).map(([, code]) => code),
  );
  expect(Object.keys(meanings)).toEqual(documented);
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
