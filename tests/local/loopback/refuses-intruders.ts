import { expect, test } from "@jest/globals";
import { forgeRequest, testToken } from "./forge-request.ts";

/** What a suite tells of the server under test: a path below the token that answers GET with 200. */
export interface Target {
  /** The capability URL. */
  readonly url: () => string;
  readonly path: string;
  /** A path that takes POST, if there is one. */
  readonly postPath?: string;
}

const otherToken = "0ther_of-this-start_0123456789abcdefghijklm";

/** The refusals that every server with a capability URL makes. */
export function refusesIntruders({ url, path, postPath }: Target): void {
  const origin = () => new URL(url()).origin;
  const code = (body: string) => (JSON.parse(body) as { code: string }).code;

  test("answers the holder of its capability URL", async () => {
    expect((await forgeRequest(`${url()}${path}`)).status).toBe(200);
  });

  test("answers a bearer of the token on a path without it", async () => {
    const headers = { authorization: `Bearer ${testToken}` };
    expect((await forgeRequest(`${origin()}${path}`, { headers })).status).toBe(200);
  });

  test("answers 401 to a request without the token", async () => {
    const reply = await forgeRequest(`${origin()}${path}`);
    expect(reply.status).toBe(401);
    expect(code(reply.body)).toBe("token_required");
  });

  test.each([
    ["another token", `/${otherToken}`],
    ["a token that is cut short", `/${testToken.slice(0, -1)}`],
    ["a token with more behind it", `/${testToken}x`],
    ["an encoded token", `/%54${testToken.slice(1)}`],
    ["a token that is not the first segment", `/x/${testToken}`],
    ["a token in the query", `/?token=${testToken}&`],
    ["an empty first segment", `//${testToken}`],
  ])("answers 401 to %s", async (_name, prefix) => {
    expect((await forgeRequest(`${origin()}${prefix}${path}`)).status).toBe(401);
  });

  test("answers 401 to a wrong bearer", async () => {
    const headers = { authorization: `Bearer ${otherToken}` };
    expect((await forgeRequest(`${origin()}${path}`, { headers })).status).toBe(401);
  });

  test.each(["https://evil.example", "http://127.0.0.1:1", "null", ""])(
    "answers 403 to the Origin %j, whatever it holds",
    async (foreign) => {
      const reply = await forgeRequest(`${url()}${path}`, { headers: { origin: foreign } });
      expect(reply.status).toBe(403);
      expect(code(reply.body)).toBe("origin_foreign");
      expect(reply.headers["access-control-allow-origin"]).toBeUndefined();
    },
  );

  test("answers 421 to a name that was rebound to loopback", async () => {
    const port = new URL(url()).port;
    const reply = await forgeRequest(`${url()}${path}`, { headers: { host: `evil.example:${port}` } });
    expect(reply.status).toBe(421);
  });

  test("keeps its URL out of Referer headers and caches, and says so on refusals too", async () => {
    for (const target of [`${url()}${path}`, `${origin()}${path}`]) {
      const { headers } = await forgeRequest(target);
      expect(headers["referrer-policy"]).toBe("no-referrer");
      expect(headers["cache-control"]).toBe("no-store");
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers["cross-origin-resource-policy"]).toBe("same-origin");
    }
  });

  test("answers 404 to the holder of the token on a path it does not have", async () => {
    const reply = await forgeRequest(`${url()}/nowhere`);
    expect(reply.status).toBe(404);
    expect(code(reply.body)).toBe("route_unknown");
  });

  test("answers 405 to a method that the path does not take", async () => {
    const reply = await forgeRequest(`${url()}${path}`, { method: "DELETE" });
    expect(reply.status).toBe(405);
    expect(reply.headers.allow).toBe("GET");
  });

  if (postPath === undefined) return;
  test("answers 413 to a body over 8,192 bytes, announced or not", async () => {
    const body = "x".repeat(8_193);
    const chunked = { "transfer-encoding": "chunked" };
    for (const headers of [{}, chunked]) {
      const reply = await forgeRequest(`${url()}${postPath}`, { method: "POST", body, headers });
      expect(reply.status).toBe(413);
      expect(code(reply.body)).toBe("body_too_large");
    }
  });
}
