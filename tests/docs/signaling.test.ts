import { describe, expect, test } from "@jest/globals";
import { planLimits } from "../../functions/shared/plan-limits.ts";
import { refusal, success } from "../../functions/signaling/answers.ts";
import * as frames from "../../functions/signaling/frames.ts";
import { role } from "../../functions/signaling/identity.ts";
import { gapTime } from "../../functions/signaling/next-step.ts";
import { knownFor } from "../../functions/signaling/open-gates.ts";
import { mostCharacters, mostWaiting } from "../../functions/signaling/pair-update.ts";
import { keepaliveInterval } from "../../functions/signaling/peers.ts";
import { openingTime } from "../../functions/signaling/presence.ts";
import { actions, refusals, relayedActions } from "../../functions/signaling/protocol.ts";
import { serverFrames } from "../../functions/signaling/server-frames.ts";
import { fates } from "../../functions/signaling/settle.ts";
import { departureCauses } from "../../functions/signaling/wake-ups.ts";
import { viewer } from "../functions/signaling/identities.ts";
import { allIn, columns, sourcesBelow, tableUnder, textOf } from "./document.ts";

const document = "docs/signaling.md";
const text = textOf(document).replaceAll(/\s+/g, " ");
const table = (heading: string, ...indexes: number[]) => columns(tableUnder(document, heading), ...indexes);
/** The names in backticks of a cell, in the order in which they are there. */
const namesIn = (cell: string): string[] =>
  /^[\w-]+$/.test(cell) ? [cell] : [...cell.matchAll(/`([\w-]+)`/g)].map(([, name = ""]) => name);
const first = (heading: string): string[] =>
  tableUnder(document, heading).flatMap(([cell = ""]) => namesIn(cell));

test("the query parameters are those that the authorizer reads", () => {
  const read = allIn(textOf("functions/signaling/authorize.ts"), /\bvalues\("([^"]+)"\)/g);
  expect(first("Connect").toSorted()).toEqual(read);
});

test("the roles are those of a proof", () => {
  const section = textOf(document).split("## Connect\n")[1]?.split("\n## ")[0] ?? "";
  expect(allIn(section, /^\| ([A-Z]+) \|/gm)).toEqual([...role.options].sort());
});

describe("what a client sends", () => {
  test("has the fields that the parser reads", () => {
    const source = textOf("functions/signaling/protocol.ts");
    const taken = /const \{ ([\w, ]+) \} = frame;/.exec(source)?.[1]?.split(", ") ?? [];
    expect(taken).not.toEqual([]);
    const read = [...allIn(source, /\bframe\.(\w+)/g), ...taken];
    expect(first("Client to server").toSorted()).toEqual(read.sort());
  });

  test("has one of the actions of the code", () => {
    const [, values = ""] = table("Client to server", 0, 1).find(([field]) => field === "action") ?? [];
    expect(namesIn(values)).toEqual([...actions, "ALIVE"]);
  });
});

describe("what the server sends", () => {
  const identity = viewer;
  const relayed = relayedActions.map((action) =>
    frames.relayedFrame(
      { action, messagePayload: "e30=", ufrags: [], seq: 1, recipientClientId: "x", correlationId: "c" },
      "f",
      identity,
    ),
  );
  const waiting = { frameId: "f", action: "SDP_OFFER", frame: "{}", correlationId: "c" } as const;
  const settled = { ...waiting, sentAt: 0, expiresAt: 0, ufrags: [] };
  const left = { clientId: "a", role: "PEER", since: 0, cause: "left" } as const;
  /** Each frame with all that it can have. */
  const sent = [
    ...relayed,
    frames.ackFrame({ action: "ACK", frameId: "f", recipientClientId: "x", correlationId: "c" }, identity),
    refusal("internal", { correlationId: "c", frameId: "f" }).body ?? "",
    frames.deliveryReport("x", [{ frame: settled, fate: "expired" }]),
    frames.sequenceGapFrame("ada", 1, 2),
    frames.presenceFrame("left", [left]),
    frames.supersededFrame,
    frames.revokedFrame("canceled"),
    frames.goAwayFrame(0),
    frames.keepaliveFrame,
  ].map((frame) => JSON.parse(frame) as Record<string, unknown>);
  const keysOf = (value: unknown): string[] => {
    if (Array.isArray(value)) return value.flatMap(keysOf);
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([key, inner]) => [key, ...keysOf(inner)]);
  };
  const rows = tableUnder(document, "Server to client");

  test("has one of the message types of the code", () => {
    const inCode = allIn(sourcesBelow("functions").map(textOf).join("\n"), /messageType: "(\w+)"/g);
    const types = sent.map(({ messageType }) => String(messageType));
    expect(types.toSorted()).toEqual([...new Set([...inCode, ...relayedActions])].sort());
    expect(first("Server to client")).toEqual(types);
  });

  test("has the fields that the code writes", () => {
    for (const [types = "", fields = ""] of rows) {
      for (const type of namesIn(types)) {
        const { messageType: _, ...frame } = sent.find(({ messageType }) => messageType === type) ?? {};
        const events = type === "PRESENCE" ? ["present", "joined", "left"] : [];
        expect([type, namesIn(fields === "none" ? "" : fields).sort()]).toEqual([
          type,
          [...new Set([...keysOf(frame), ...events])].sort(),
        ]);
      }
    }
  });

  test("tells presence by the events of the code", () => {
    const [, fields = ""] = rows.find(([types]) => types === "PRESENCE") ?? [];
    expect(namesIn(/`event` \(([^)]+)\)/.exec(fields)?.[1] ?? "")).toEqual([
      ...serverFrames.PRESENCE.entries.event.options,
    ]);
  });
});

describe("an answer", () => {
  const rows = table("Answers", 0, 1).filter(([code]) => code !== "others");

  test("has a code of the code, with whether it tells success", () => {
    const inCode = rows.map(([code = ""]) => {
      const answer =
        code === "delivered" || code === "queued"
          ? success(code, { correlationId: "c" })
          : refusal(code as keyof typeof refusals, {});
      return [code, String(JSON.parse(answer.body ?? "{}").statusResponse.success)];
    });
    expect(rows).toEqual(inCode);
  });

  test("tells every end of a frame, at once or in a report", () => {
    const said = /A DELIVERY_REPORT then says (.*?) \(/.exec(text)?.[1] ?? "";
    expect(namesIn(said)).toEqual([...fates]);
  });
});

test("the causes of a departure are those of the code", () => {
  expect(first("Leases")).toEqual([...departureCauses]);
});

describe("the limits", () => {
  test("are those of a plan", () => {
    expect(first("Limits").toSorted()).toEqual(Object.keys(planLimits.entries).sort());
  });

  test("are told by codes of the code", () => {
    const known = [...Object.keys(refusals), "channel_full"];
    const told = table("Limits", 1).flatMap(([cell = ""]) =>
      [...cell.matchAll(/`([a-z_]+)`/g)].map(([, code]) => code),
    );
    expect(told).not.toEqual([]);
    expect(told.filter((code) => !known.includes(code ?? ""))).toEqual([]);
  });

  test("of one row are those of the code", () => {
    expect(text).toContain(
      `${mostWaiting} frames and ${mostCharacters.toLocaleString("en")} characters may wait for one recipient from one sender`,
    );
  });
});

test("the times are those of the code", () => {
  expect([gapTime, knownFor, openingTime, keepaliveInterval]).toEqual([5_000, 5_000, 10_000, 510]);
  for (const said of [
    "After 5 seconds (8 at most) the gap is reported",
    "| 5 seconds from looking the connection up;",
    "a 410 within ten seconds of connecting means *not open yet*",
    "`messageTtlSeconds` (5 to 120)",
    "every 9.5 minutes at most",
    "from 105 minutes on an announced client gets GO_AWAY",
  ]) {
    expect(text).toContain(said);
  }
});
