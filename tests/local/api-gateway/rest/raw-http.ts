import { connect, type Socket } from "node:net";

/** Sends a request as it is, with `Connection: close`, and resolves with all that came back. */
export function sendRaw(url: string, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = openRaw(url);
    let received = "";
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => {
      received += chunk;
    });
    socket.on("close", () => resolve(received));
    socket.on("error", reject);
    socket.write(request.replace("\r\n", "\r\nConnection: close\r\n"), "latin1");
  });
}

export function openRaw(url: string): Socket {
  return connect(Number(new URL(url).port), "127.0.0.1");
}

export const hostOf = (url: string) => new URL(url).host;
