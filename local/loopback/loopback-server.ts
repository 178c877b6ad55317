import type { IncomingMessage, RequestListener } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createServer } from "./node-http.ts";

export interface LoopbackServer {
  /** `http://127.0.0.1:PORT`, without a slash at its end. */
  readonly url: string;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

export interface LoopbackServerOptions {
  readonly onRequest: RequestListener;
  readonly onUpgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** 0, the default, lets the system choose. */
  readonly port?: number;
}

/**
 * An HTTP server on 127.0.0.1 that serves only requests whose Host is its own address: a page whose
 * name was rebound to loopback sends its own name and gets 421 (RFC 9110, 15.5.20). Rejects with the
 * system's error when the port is taken.
 */
export async function listenOnLoopback(options: LoopbackServerOptions): Promise<LoopbackServer> {
  const sockets = new Set<Socket>();
  let ownHosts = new Set<string>();
  const isOwnHost = (request: IncomingMessage) => ownHosts.has(request.headers.host ?? "");

  const server = createServer((request, response) => {
    if (isOwnHost(request)) return options.onRequest(request, response);
    response.writeHead(421, { "content-type": "text/plain", connection: "close" });
    response.end("The Host header is not this server's address.\n");
  });
  server.on("upgrade", (request, socket, head) => {
    if (isOwnHost(request) && options.onUpgrade) return options.onUpgrade(request, socket, head);
    socket.end("HTTP/1.1 421 Misdirected Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", () => {
      server.removeListener("error", reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  ownHosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
