import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Console, startConsole } from "../../../local/console/console.ts";
import { forgeRequest, testToken } from "../loopback/forge-request.ts";
import { refusesIntruders } from "../loopback/refuses-intruders.ts";

let page: Console;

beforeAll(async () => {
  page = await startConsole({
    token: testToken,
    signalingUrl: () => "ws://127.0.0.1:4001/prod",
    billingUrl: () => "http://127.0.0.1:4002/v1",
    issuer: () => "http://127.0.0.1:4003/t",
    control: () => "http://127.0.0.1:4004/t",
    stripeControl: () => "http://127.0.0.1:4005/t",
  });
});
afterAll(() => page.close());

const get = (path: string) => forgeRequest(`${page.url}${path}`);

describe("intruders", () => refusesIntruders({ url: () => page.url, path: "/configuration.json" }));

test("answers a body that is too large without reading on", async () => {
  const headers = { "content-length": "8193" };
  const reply = await forgeRequest(`${page.url}/`, { headers, body: "x".repeat(8_193) });
  expect(reply.status).toBe(413);
  expect(reply.headers.connection).toBe("close");
});

test("serves the page under a policy that admits the five services and nothing else", async () => {
  const reply = await get("/");
  expect(reply.status).toBe(200);
  expect(reply.headers["content-type"]).toBe("text/html; charset=utf-8");
  expect(String(reply.headers["content-security-policy"]).split("; ")).toEqual([
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self' ws://127.0.0.1:4001 http://127.0.0.1:4002 http://127.0.0.1:4003 http://127.0.0.1:4004 http://127.0.0.1:4005",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ]);
  expect(reply.headers["cross-origin-opener-policy"]).toBe("same-origin");
});

test("names no other host, no inline script and no inline style in the page", async () => {
  const { body } = await get("/");
  expect(body).not.toMatch(/\b(src|href)="(https?:)?\/\//);
  expect(body).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=/);
});

test("leads from the printed URL to the page, with the query kept", async () => {
  const reply = await get("?role=VIEWER&channel=a%26b");
  expect(reply.status).toBe(308);
  expect(reply.headers.location).toBe(
    "/T0ken_of-this-start_0123456789abcdefghijklm/?role=VIEWER&channel=a%26b",
  );
});

test("serves the KVS client as npm delivered it", async () => {
  const delivered = await readFile(
    "node_modules/amazon-kinesis-video-streams-webrtc/dist/kvs-webrtc.min.js",
    "utf8",
  );
  expect((await get("/kvs-webrtc.min.js")).body).toBe(delivered);
});

test("serves the page's script and style", async () => {
  const script = await get("/page.js");
  expect(script.headers["content-type"]).toBe("text/javascript; charset=utf-8");
  expect(script.body).toContain("new RTCPeerConnection(");
  const { body } = await get("/");
  const styles = [...body.matchAll(/rel="stylesheet" href="([^"]+)"/g)].map(([, name]) => name);
  expect(styles).toEqual([
    "theme.css",
    "page.css",
    "peer-panel.css",
    "frame-list.css",
    "subscription-room.css",
  ]);
  for (const style of styles) {
    const reply = await get(`/${style}`);
    expect([reply.status, reply.headers["content-type"]]).toEqual([200, "text/css; charset=utf-8"]);
  }
});

test("tells the page where the services of this start are", async () => {
  expect((await get("/configuration.json")).json()).toEqual({
    signaling: "ws://127.0.0.1:4001/prod",
    billing: "http://127.0.0.1:4002/v1",
    issuer: "http://127.0.0.1:4003/t",
    control: "http://127.0.0.1:4004/t",
    stripeControl: "http://127.0.0.1:4005/t",
  });
});

test("answers 503 while the services are not known yet", async () => {
  const unknown = () => "";
  const starting = await startConsole({
    token: testToken,
    signalingUrl: unknown,
    billingUrl: unknown,
    issuer: unknown,
    control: unknown,
    stripeControl: unknown,
  });
  const reply = await forgeRequest(`${starting.url}/`);
  await starting.close();
  expect(reply.status).toBe(503);
  expect(reply.json()).toMatchObject({ code: "not_ready", retryable: true });
});

test("rejects with the system's error when its port is taken", async () => {
  const port = Number(new URL(page.url).port);
  const url = () => "http://127.0.0.1:1";
  await expect(
    startConsole({
      token: testToken,
      port,
      signalingUrl: url,
      billingUrl: url,
      issuer: url,
      control: url,
      stripeControl: url,
    }),
  ).rejects.toMatchObject({ code: "EADDRINUSE" });
});
