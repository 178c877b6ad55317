import { request } from "node:http";
import { afterEach, expect, test } from "@jest/globals";
import { type LoopbackServer, listenOnLoopback } from "../../../local/loopback/loopback-server.ts";
import { readBody } from "../../../local/loopback/read-body.ts";

let server: LoopbackServer | undefined;
afterEach(() => server?.close());

/** A server that says how many bytes of at most 10 it read. */
async function serve(onAborted: () => void = () => {}) {
  server = await listenOnLoopback({
    onRequest: async (message, response) => {
      const body = await readBody(message, 10).catch(onAborted);
      response.end(body ? `read ${body.length}` : "too large");
    },
  });
  return server.url;
}

const post = async (url: string, body: BodyInit) => {
  const init = { method: "POST", body, duplex: "half" };
  return (await fetch(url, init)).text();
};

const stream = (...chunks: string[]) => new Blob(chunks).stream();

test("gives a body up to the limit, and nothing of one that is over", async () => {
  const url = await serve();
  expect(await post(url, "")).toBe("read 0");
  expect(await post(url, "0123456789")).toBe("read 10");
  expect(await post(url, "0123456789a")).toBe("too large");
});

test("counts what comes when no length was announced", async () => {
  const url = await serve();
  expect(await post(url, stream("01234", "56789"))).toBe("read 10");
  expect(await post(url, stream("01234", "56789", "a".repeat(1_000_000)))).toBe("too large");
});

test("rejects when the sender breaks off", async () => {
  const aborted = Promise.withResolvers<void>();
  const url = await serve(aborted.resolve);
  const half = request(url, { method: "POST", headers: { "content-length": "8" } });
  half.on("error", () => {});
  half.write("half", () => half.destroy());
  await aborted.promise;
});
