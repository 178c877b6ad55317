import { describe, expect, test } from "@jest/globals";
import { Failure } from "../../../functions/shared/failure.ts";
import { connectEvent, connectionWorld, disconnectEvent } from "./connection-world.ts";
import { limits, master, peer, viewer } from "./identities.ts";

const id = "L0SM9cOFvHcCIhw=";
const at = 1_800_000_000_123;
const payer = { ...viewer, paid: true } as const;
const entitled = { kind: "entitled", limits } as const;
const ended = { kind: "ended", reason: "canceled" } as const;
const down = new Failure("dynamodb_unavailable", "down", { retryable: true });

describe("a connection with a paid proof", () => {
  test("is known among its user's sockets before its access is read", async () => {
    const { handle, calls, order } = connectionWorld({ access: entitled });
    expect(await handle(connectEvent(payer))).toEqual({ statusCode: 200 });
    expect(order()).toEqual(["enter", "register", "members", "waitingFor", "access"]);
    expect(calls[0]?.[1]).toEqual({
      user: "acme#user-1",
      connectionId: id,
      member: { channel: "acme#lobby", name: "ada" },
      role: "VIEWER",
      connectedAt: at,
    });
    expect(calls.at(-1)).toEqual(["access", "acme#user-1"]);
  });

  test("is refused when access has ended, and leaves no row; nobody hears of it", async () => {
    const { handle, order, sent, recorded } = connectionWorld({
      access: ended,
      present: [[master, "m", at - 1]],
      waiting: ["acme#lobby#ada"],
    });
    expect(await handle(connectEvent(payer))).toEqual({ statusCode: 403 });
    expect(order().slice(-2)).toEqual(["withdraw", "leave"]);
    expect(sent).toEqual([]);
    expect(recorded.lines()).toMatchObject([{ outcome: "refused", code: "access_ended" }]);
  });

  test("has the places of the plan of now, not those of its proof", async () => {
    const few = { kind: "entitled", limits: { ...limits, peersPerChannel: 1 } } as const;
    const { handle, recorded, order } = connectionWorld({ access: few, present: [[peer, "p", at - 1]] });
    expect(await handle(connectEvent(payer))).toEqual({ statusCode: 403 });
    expect(recorded.lines()).toMatchObject([{ code: "channel_full" }]);
    expect(order().slice(-2)).toEqual(["withdraw", "leave"]);
  });

  test("leaves nothing when a newer connection has its name", async () => {
    const { handle, order } = connectionWorld({ access: entitled, present: [[payer, "newer", at + 1]] });
    expect(await handle(connectEvent(payer))).toEqual({ statusCode: 403 });
    expect(order()).toEqual(["enter", "register", "leave"]);
  });

  test.each(["access", "members", "register"] as const)(
    "is not made, and leaves nothing, when %s fails",
    async (call) => {
      const { handle, order } = connectionWorld({ access: entitled, failing: { [call]: down } });
      await expect(handle(connectEvent(payer))).rejects.toBe(down);
      expect(order().slice(-2)).toEqual(["withdraw", "leave"]);
    },
  );

  test("is not made when it cannot be known", async () => {
    const { handle, order } = connectionWorld({ access: entitled, failing: { enter: down } });
    await expect(handle(connectEvent(payer))).rejects.toBe(down);
    expect(order()).toEqual(["enter"]);
  });

  test("is forgotten when it ends, after its row", async () => {
    const { handle, calls } = connectionWorld({ access: ended });
    expect(await handle(disconnectEvent(payer))).toEqual({ statusCode: 200 });
    expect(calls.slice(-2)).toEqual([
      ["remove", { channel: "acme#lobby", name: "ada" }, id],
      ["leave", "acme#user-1", id],
    ]);
  });
});

test.each([
  ["with a free proof", viewer, { access: ended }],
  ["where nothing is sold any more", payer, {}],
])("a connection %s costs no call more", async (_, identity, world) => {
  const { handle, order } = connectionWorld(world);
  expect(await handle(connectEvent(identity))).toEqual({ statusCode: 200 });
  await handle(disconnectEvent(identity));
  expect(order()).toEqual(["register", "members", "waitingFor", "members", "remove"]);
});
