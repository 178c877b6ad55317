import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** Another port of 127.0.0.1 that leads to the same server. */
export interface SecondDoor {
  /** For the browser, which is to come by that port when it is sent to `localhost` and the server's own. */
  readonly rule: string;
  close(): void;
}

/**
 * A door of its own for the second peer. A browser has one WebSocket handshake at a time with an address and port, and
 * Chromium begins the next 10 ms after it (RFC 6455, 4.1): two peers in one browser would wait for each other, which the
 * two browsers of a call do not.
 */
export async function secondDoor(port: number): Promise<SecondDoor> {
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (outer) => {
    const inner = connect({ host: "127.0.0.1", port, noDelay: true });
    for (const [from, to] of [
      [outer, inner],
      [inner, outer],
    ] as const) {
      open.add(from);
      from.pipe(to);
      from.on("error", () => {});
      from.on("close", () => {
        open.delete(from);
        to.destroy();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("not listening");
  return {
    rule: `MAP localhost:${port} 127.0.0.1:${address.port}`,
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
