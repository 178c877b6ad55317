import type { IncomingMessage } from "node:http";

/**
 * The body of a request, or undefined when it is over `limit` bytes: what still comes is then dropped, so
 * that the sender can read its answer. Rejects when the sender breaks off.
 */
export function readBody(message: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = Number(message.headers["content-length"] ?? 0) > limit ? Number.POSITIVE_INFINITY : 0;
    if (size > limit) resolve(undefined);
    message.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else resolve(undefined);
    });
    message.once("end", () => resolve(Buffer.concat(chunks)));
    message.once("error", reject);
  });
}
