import type { Socket } from "node:dgram";

/** Hands one segment document to X-Ray. Resolves when it has left the process, or could not. */
export type SendSegment = (document: string) => Promise<void>;

/** What precedes each document: https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-daemon */
const preamble = '{"format":"json","version":1}\n';

/**
 * Sends to the X-Ray daemon at the address that Lambda gives a function, `AWS_XRAY_DAEMON_ADDRESS`, by UDP: no AWS call,
 * and no answer to wait for. The socket is opened for the first document. A document that cannot be sent is lost: what is
 * traced must never fail for its trace.
 */
export function daemonAt(address: string | undefined): SendSegment {
  // `host:port`, or `tcp:host:port udp:host:port`.
  const [, host, port] = /(?:^|udp:)([\w.-]+):(\d+)(?:$| )/.exec(address ?? "") ?? [];
  if (host === undefined) return async () => {};
  let socket: Promise<Socket> | undefined;
  return async (document) => {
    socket ??= openSocket();
    const opened = await socket;
    await new Promise<void>((resolve) => {
      opened.send(preamble + document, Number(port), host, () => resolve());
    });
  };
}

async function openSocket(): Promise<Socket> {
  // Only a sampled invocation needs it.
  const { createSocket } = await import("node:dgram");
  const socket = createSocket("udp4");
  socket.on("error", () => {});
  socket.unref();
  return socket;
}
