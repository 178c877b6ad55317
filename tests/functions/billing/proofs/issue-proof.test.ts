import { describe, expect, test } from "@jest/globals";
import { endpoint, limits } from "./proof-world.ts";

const proof = "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s";

describe("a proof is issued", () => {
  test("to a caller with a good token, of a tenant, with a plan", async () => {
    const { post, issued, taken, recorded } = endpoint();
    expect(await post()).toEqual({
      statusCode: 201,
      headers: {
        "Content-Type": "application/json",
        "Cache-Control": "no-store",
        Vary: "Origin",
        "Access-Control-Allow-Origin": "https://app.example.com",
      },
      body: { proof, url: "wss://signaling.example.com/v1", expiresAt: "2027-01-15T08:01:00.000Z" },
    });
    const identity = {
      tenant: "acme",
      subject: "alice@example.com",
      channel: "lobby",
      role: "MASTER",
      clientId: "",
      limits: {
        maxFrameBytes: 32_768,
        framesPerSecond: 100,
        peersPerChannel: 50,
        mailboxDepth: 256,
        messageTtlSeconds: 60,
      },
    };
    expect(issued).toEqual([[proof, identity, 1_800_000_060]]);
    expect(taken).toEqual([
      { channel: "acme#lobby", name: "MASTER", subject: "alice@example.com", expiresAt: 1_800_010_800 },
    ]);
    expect(recorded.lines()).toMatchObject([{ event: "proof", outcome: "issued", tenant: "acme" }]);
    for (const secret of [proof, "alice", "lobby"]) expect(recorded.text()).not.toContain(secret);
  });

  test("with the limits of what the caller has bought, free plan or not", async () => {
    const asked: unknown[][] = [];
    const bought = { ...limits, peersPerChannel: 1_000 };
    for (const freePlan of [limits, undefined]) {
      const { post, issued } = endpoint({
        settings: { freePlan },
        entitled: async (...values) => {
          asked.push(values);
          return bought;
        },
      });
      expect((await post()).statusCode).toBe(201);
      expect(issued[0]?.[1]).toMatchObject({ limits: bought, paid: true });
    }
    expect(asked).toEqual(Array(2).fill(["acme#alice@example.com", 1_800_000_000]));
  });

  test("with credentials for the relay where there is one, which no log line has", async () => {
    const { post, recorded } = endpoint({ secret: "north" });
    const { statusCode, body } = await post();
    expect(statusCode).toBe(201);
    // The user is the beginning of `printf %s 'acme#alice@example.com' | sha256sum`.
    const username = "1800000300:cc31edf257709bc5";
    const credential = "mFsTA7p3vaKrQZcVJI2VVP6Wgqg=";
    expect(body.iceServers).toEqual([{ urls: ["turn:relay.example.com"], username, credential }]);
    for (const hidden of ["north", "cc31edf257709bc5", credential]) {
      expect(recorded.text()).not.toContain(hidden);
    }
  });

  test("for a client id", async () => {
    const { post, issued } = endpoint();
    await post({ channel: "lobby", role: "PEER", clientId: "cam" });
    expect(issued).toMatchObject([[proof, { role: "PEER", clientId: "cam" }, 1_800_000_060]]);
  });

  test("to a body that arrives base64 encoded", async () => {
    const { post } = endpoint();
    const body = Buffer.from('{"channel":"lobby","role":"MASTER"}').toString("base64");
    expect(await post(body, { isBase64Encoded: true })).toMatchObject({ statusCode: 201 });
  });

  test("with the Authorization header in any case", async () => {
    const { post, authorizations } = endpoint();
    await post(undefined, { headers: { AUTHORIZATION: "Bearer t" } });
    expect(authorizations).toEqual(["Bearer t"]);
  });
});

describe("pages of other origins cannot read the answer", () => {
  test.each([{}, { Origin: "https://evil.example.com" }, { origin: "null" }])("%j", async (headers) => {
    const { headers: answered } = await endpoint().post(undefined, { headers });
    expect(answered).not.toHaveProperty("Access-Control-Allow-Origin");
    expect(answered.Vary).toBe("Origin");
  });
});
