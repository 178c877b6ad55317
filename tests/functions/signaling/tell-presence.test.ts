import { describe, expect, test } from "@jest/globals";
import type { Posted } from "../../../functions/signaling/connections.ts";
import type { Member, Presence } from "../../../functions/signaling/peers.ts";
import { tellArrival, tellDeparture, tellOldConnection } from "../../../functions/signaling/tell-presence.ts";
import type { Arrival, Departure } from "../../../functions/signaling/wake-ups.ts";

const at = 1_800_000_000_000;
type Named = Presence & { readonly name: string };
const member = (
  name: string,
  role: Presence["role"],
  announced: boolean,
  connectedAt = at - 60_000,
): Named => ({
  ...{ name, role, announced, connectedAt },
  connectionId: `c-${name}`,
  instance: "",
});
const master = member("MASTER", "MASTER", true);
const arrival: Arrival = {
  v: 2,
  kind: "arrival",
  channel: "acme#lobby",
  name: "ada",
  role: "VIEWER",
  connectionId: "c-ada",
  connectedAt: at,
  announced: true,
};
const departure: Departure = {
  v: 2,
  kind: "departure",
  channel: "acme#lobby",
  name: "ada",
  role: "VIEWER",
  connectedAt: at,
  cause: "gone",
};
const superseded = { connectionId: "c-old", connectedAt: at - 9, announced: true, resumed: false };

/** Connection → what posting to it gives, `delivered` where nothing is said. */
function world(members: readonly Named[], posting: Readonly<Record<string, Posted>> = {}, now = at + 20_000) {
  const heard: [string, unknown][] = [];
  const asked: string[] = [];
  const removed: string[] = [];
  let present = members;
  const ports = {
    members: {
      members: async (channel: string) => {
        asked.push(channel);
        return present;
      },
    },
    removal: {
      remove: async ({ name }: Member, connectionId: string) => {
        removed.push(connectionId);
        present = present.filter((one) => one.name !== name || one.connectionId !== connectionId);
        return "removed" as const;
      },
    },
    connections: {
      post: async (connectionId: string, frame: string) => {
        const posted = posting[connectionId] ?? "delivered";
        if (posted === "delivered") heard.push([connectionId, JSON.parse(frame)]);
        return posted;
      },
    },
    now: () => now,
  };
  return { ports, heard, asked, removed };
}

const ada = { clientId: "ada", role: "VIEWER", since: at };
const here = member("ada", "VIEWER", true, at);
const presence = (event: string, ...members: object[]) => ({ messageType: "PRESENCE", event, members });
const masterEntry = { clientId: "MASTER", role: "MASTER", since: at - 60_000 };

describe("an arrival", () => {
  test("is told to whom it concerns, after the newcomer was told who is there", async () => {
    const { ports, heard, asked } = world([master, here, member("eve", "VIEWER", true)]);
    expect(await tellArrival(ports, arrival)).toBe("told");
    expect(asked).toEqual(["acme#lobby"]);
    expect(heard).toEqual([
      ["c-ada", presence("present", masterEntry)],
      ["c-MASTER", presence("joined", ada)],
    ]);
  });

  test("of a stock client is told to others only", async () => {
    const { ports, heard } = world([master, here]);
    await tellArrival(ports, { ...arrival, announced: false });
    expect(heard).toEqual([["c-MASTER", presence("joined", ada)]]);
  });

  test("into an empty channel is answered with nobody", async () => {
    const { ports, heard } = world([here]);
    expect(await tellArrival(ports, arrival)).toBe("told");
    expect(heard).toEqual([["c-ada", presence("present")]]);
  });

  test("that takes a name tells first that the other left, superseded, with its own time", async () => {
    const { ports, heard } = world([master, here]);
    await tellArrival(ports, { ...arrival, superseded });
    expect(heard.slice(1)).toEqual([
      ["c-MASTER", presence("left", { ...ada, since: at - 9, cause: "superseded" })],
      ["c-MASTER", presence("joined", ada)],
    ]);
  });

  test("that resumes is told to itself only: nobody left and nobody came", async () => {
    const { ports, heard } = world([master, here]);
    await tellArrival(ports, { ...arrival, superseded: { ...superseded, resumed: true } });
    expect(heard).toEqual([["c-ada", presence("present", masterEntry)]]);
  });

  test("that is gone meanwhile is told to nobody: another message tells of that", async () => {
    const { ports, heard } = world([master]);
    expect(await tellArrival(ports, { ...arrival, superseded })).toBe("told");
    expect(heard).toEqual([]);
  });

  test("that is followed by a newer one is told to others: the newer may resume, and then says nothing", async () => {
    const { ports, heard } = world([master, { ...here, connectionId: "c-newer" }]);
    expect(await tellArrival(ports, { ...arrival, superseded })).toBe("told");
    expect(heard).toEqual([
      ["c-MASTER", presence("left", { ...ada, since: at - 9, cause: "superseded" })],
      ["c-MASTER", presence("joined", ada)],
    ]);
  });

  test("waits while its handshake goes on, and others hear nothing yet", async () => {
    const { ports, heard } = world([master, here], { "c-ada": "gone" }, at + 9_999);
    expect(await tellArrival(ports, arrival)).toBe("not_open_yet");
    expect(heard).toEqual([]);
  });

  test("whose connection is gone after ten seconds is told to others still", async () => {
    const { ports, heard } = world([master, here], { "c-ada": "gone" }, at + 10_000);
    expect(await tellArrival(ports, arrival)).toBe("told");
    expect(heard.map(([connectionId]) => connectionId)).toEqual(["c-MASTER"]);
  });

  test.each(["unavailable", "unknown"] as const)(
    "is to be told again when a post is %s, to the newcomer or to another",
    async (posted) => {
      const all = [master, here];
      expect(await tellArrival(world(all, { "c-ada": posted }).ports, arrival)).toBe("unavailable");
      expect(await tellArrival(world(all, { "c-MASTER": posted }).ports, arrival)).toBe("unavailable");
      const taken = { ...arrival, superseded };
      expect(await tellArrival(world(all, { "c-MASTER": posted }).ports, taken)).toBe("unavailable");
    },
  );

  test.each(["gone", "refused"] as const)("is told when another's connection is %s", async (posted) => {
    const { ports } = world([master, here], { "c-MASTER": posted });
    expect(await tellArrival(ports, arrival)).toBe("told");
  });
});

describe("a departure", () => {
  test.each(["left", "gone", "timed_out", "superseded"] as const)(
    "is told with its cause, %s",
    async (cause) => {
      const { ports, heard } = world([master, member("eve", "VIEWER", true)]);
      expect(await tellDeparture(ports, { ...departure, cause })).toBe("told");
      expect(heard).toEqual([["c-MASTER", presence("left", { ...ada, cause })]]);
    },
  );

  test("is not told to the member itself, which may be there again", async () => {
    const { ports, heard } = world([here]);
    expect(await tellDeparture(ports, departure)).toBe("told");
    expect(heard).toEqual([]);
  });

  test.each([
    ["left", ["c-ada"]],
    ["gone", ["c-ada"]],
    ["timed_out", []],
    ["revoked", []],
  ] as const)("as %s removes the row first, if the connection is over: %j", async (cause, rows) => {
    const { ports, heard, removed } = world([master, here]);
    await tellDeparture(ports, { ...departure, cause });
    expect(removed).toEqual(rows);
    expect(heard).toEqual([["c-MASTER", presence("left", { ...ada, cause })]]);
  });

  test("of one that has a newer connection is followed by the news that it is there", async () => {
    const { ports, heard, removed } = world([
      master,
      { ...here, connectedAt: at + 5, connectionId: "c-new" },
    ]);
    expect(await tellDeparture(ports, departure)).toBe("told");
    expect(heard).toEqual([
      ["c-MASTER", presence("left", { ...ada, cause: "gone" })],
      ["c-MASTER", presence("joined", { ...ada, since: at + 5 })],
    ]);
    expect(removed).toEqual([]);
  });

  test("of a peer reaches peers and the master, not viewers", async () => {
    const everyone = [master, member("eve", "VIEWER", true), member("p2", "PEER", false)];
    const { ports, heard } = world(everyone);
    await tellDeparture(ports, { ...departure, name: "p1", role: "PEER" });
    expect(heard.map(([connectionId]) => connectionId)).toEqual(["c-MASTER", "c-p2"]);
  });

  test.each([
    ["unavailable", "untold"],
    ["unknown", "untold"],
    ["gone", "told"],
    ["refused", "told"],
  ] as const)("whose news is %s is %s", async (posted, told) => {
    const { ports } = world([master], { "c-MASTER": posted });
    expect(await tellDeparture(ports, departure)).toBe(told);
  });
});

describe("the connection that lost its name", () => {
  test("is told so once, without members", async () => {
    const { ports, heard } = world([]);
    await tellOldConnection(ports, { ...arrival, superseded });
    expect(heard).toEqual([["c-old", { messageType: "SUPERSEDED" }]]);
  });

  test.each([
    ["a stock client's", { ...superseded, announced: false }],
    ["the same client's, which goes on", { ...superseded, resumed: true }],
    ["none", undefined],
  ])("is not told when it is %s", async (_, before) => {
    const { ports, heard } = world([]);
    await tellOldConnection(ports, { ...arrival, ...(before && { superseded: before }) });
    expect(heard).toEqual([]);
  });
});

test.each([
  [0, [0]],
  [200, [200]],
  [201, [200, 1]],
])("tells a member that comes of %i others, 200 in a frame", async (count, sizes) => {
  const others = Array.from({ length: count }, (_, number) => member(`peer-${number}`, "PEER", false));
  const ada = { ...arrival, role: "PEER" as const };
  const { ports, heard } = world([...others, member("ada", "PEER", true, at)]);
  expect(await tellArrival(ports, ada)).toBe("told");
  const present = heard.flatMap(([connectionId, frame]) => {
    const { event, members } = frame as { event: string; members: unknown[] };
    return connectionId === "c-ada" && event === "present" ? [members.length] : [];
  });
  expect(present).toEqual(sizes);
});
