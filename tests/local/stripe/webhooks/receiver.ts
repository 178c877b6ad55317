import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  readonly body: string;
  readonly signature: string;
  /** The body as JSON. */
  readonly event: {
    readonly id: string;
    readonly type: string;
    readonly created: unknown;
    readonly [name: string]: unknown;
  };
}

export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** The status of the answers from now on. */
  answerWith(status: number): void;
  types(): string[];
  close(): Promise<void>;
}

/** An endpoint that keeps what it gets. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString("utf8");
      const isEncoded = request.headers["content-transfer-encoding"] === "base64";
      const text = isEncoded ? Buffer.from(body, "base64").toString("utf8") : body;
      received.push({
        body,
        signature: String(request.headers["stripe-signature"]),
        event: JSON.parse(text),
      });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/stripe/webhook`,
    received,
    answerWith: (next) => {
      status = next;
    },
    types: () => received.map(({ event }) => event.type),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
