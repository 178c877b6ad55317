import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { build } from "esbuild";
import { addedSince } from "../../../local/lambda/unfinished-work.ts";
import { type RunningLambda, startLambda } from "./running-lambda.ts";

let running: RunningLambda;
let server: Server;
let requests = 0;
let sdkBundle = "";

beforeAll(async () => {
  // A call of the table "held" is never answered. Else every third answer is an error that the SDK retries; every seventh ends its connection.
  server = createServer((request, response) => {
    const body: Buffer[] = [];
    request
      .on("data", (chunk: Buffer) => body.push(chunk))
      .on("end", () => {
        if (Buffer.concat(body).includes("held")) return;
        requests++;
        const headers = { "content-type": "application/x-amz-json-1.0" };
        if (requests % 7 === 0) response.setHeader("connection", "close");
        if (requests % 3 === 0) {
          response.writeHead(500, headers).end('{"__type":"InternalServerError","message":"again"}');
        } else {
          response.writeHead(200, headers).end(`{"Item":{"a":{"S":"${"x".repeat(requests * 1000)}"}}}`);
        }
      });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bundle = await build({
    stdin: {
      resolveDir: import.meta.dirname,
      contents: `
        import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
        const client = new DynamoDBClient({});
        const get = (TableName) => client.send(new GetItemCommand({ TableName, Key: { a: { S: "b" } } }));
        export const handler = async (event) => {
          const calls = Array.from({ length: event.calls }, () => get(event.table ?? "t"));
          if (event.table !== "held") await Promise.all(calls);
        };`,
    },
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    mainFields: ["module", "main"],
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
  sdkBundle = bundle.outputFiles[0]?.text ?? "";
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(async () => {
  const { port } = server.address() as AddressInfo;
  running = await startLambda({
    endpointUrl: () => `http://127.0.0.1:${port}`,
    newId: () => "11111111-2222",
  });
});
afterEach(() => running.stop());

describe("work still pending when a handler returns", () => {
  test("is logged and counted once, and the answer stays", async () => {
    await running.deploy(
      "leaving",
      "export const handler = async () => { setTimeout(() => {}, 60_000); return 1; };",
    );
    expect(await running.invoke("leaving")).toEqual({ kind: "returned", payload: 1 });
    expect(running.lines()).toEqual([
      expect.stringMatching(
        /^\S+Z\t11111111-2222\tERROR\tUnfinished work when the handler returned: Timeout\. Lambda freezes it\.$/,
      ),
    ]);
    expect(running.reports).toEqual([
      "Lambda function leaving returned with unfinished work (Timeout), which Lambda would freeze.",
    ]);
    expect(running.lambda.unfinishedWork()).toEqual({ leaving: 1 });
  });

  test("of one invocation is not counted again for the next", async () => {
    await running.deploy(
      "leaving",
      "export const handler = async (event) => { if (event.leave) setTimeout(() => {}, 60_000); };",
    );
    await running.invoke("leaving", { leave: true });
    await running.invoke("leaving");
    expect(running.lambda.unfinishedWork()).toEqual({ leaving: 1 });
  });

  test("is seen when the module itself started it", async () => {
    await running.deploy("ticking", "setInterval(() => {}, 60_000); export const handler = async () => {};");
    await running.invoke("ticking");
    expect(running.lambda.unfinishedWork()).toEqual({ ticking: 1 });
  });

  test.each([
    ["the first call of a client", 0],
    ["a call of a client that is connected", 1],
  ])("is %s, when it is not awaited", async (_, before) => {
    await running.deploy("forgetting", sdkBundle, { memorySize: 256 });
    await running.invoke("forgetting", { calls: before });
    await running.invoke("forgetting", { calls: 1, table: "held" });
    expect(running.lambda.unfinishedWork()).toEqual({ forgetting: 1 });
  });
});

describe("nothing is reported", () => {
  test("for the kept-alive sockets and finished retries of the AWS SDK", async () => {
    await running.deploy("calling", sdkBundle, { memorySize: 256 });
    for (let round = 0; round < 12; round++) {
      const result = await running.invoke("calling", { calls: 1 + (round % 3) });
      expect(result).toEqual({ kind: "returned", payload: null });
    }
    expect(requests).toBeGreaterThan(24);
    expect(running.lambda.unfinishedWork()).toEqual({});
  });

  test("for the configuration that the SDK begins to read when its client is made", async () => {
    await running.deploy("idle", sdkBundle, { memorySize: 256 });
    await running.invoke("idle", { calls: 0 });
    expect(running.lambda.unfinishedWork()).toEqual({});
  });

  test.each([
    ["a file that is being read", "import('node:fs/promises').then((fs) => fs.readFile('/etc/hosts'));"],
    ["a timer that was cleared", "const t = setTimeout(() => {}, 60_000); clearTimeout(t);"],
    ["a timer that holds nothing up", "setTimeout(() => {}, 60_000).unref();"],
    ["an immediate", "setImmediate(() => {});"],
    [
      "a fetch whose body was read",
      "await (await fetch(process.env.AWS_ENDPOINT_URL, { method: 'POST' })).text();",
    ],
    ["a file that was read", "const fs = await import('node:fs/promises'); await fs.readdir('.');"],
  ])("for %s", async (_, code) => {
    await running.deploy("clean", `export const handler = async () => { ${code} };`);
    await running.invoke("clean");
    await running.invoke("clean");
    expect(running.lambda.unfinishedWork()).toEqual({});
  });
});

test("only what was added counts, each as often as it was added", () => {
  const before = new Map([
    ["Timeout", 2],
    ["TCPSocketWrap", 1],
  ]);
  const now = new Map([
    ["Timeout", 4],
    ["FSReqCallback", 1],
  ]);
  expect(addedSince(before, now)).toEqual(["Timeout", "Timeout", "FSReqCallback"]);
});
