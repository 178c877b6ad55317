import type { IncomingMessage } from "node:http";

/**
 * The body of a request, or undefined when it is over `limit` bytes: what still comes is then dropped, so
 * that the sender can read its answer. Rejects when the sender breaks off.
 */
export async function readBody(message: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  const announced = Number(message.headers["content-length"] ?? 0);
  if (announced <= limit) {
    for await (const chunk of message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) break;
      chunks.push(chunk);
    }
    if (size <= limit) return Buffer.concat(chunks);
  }
  message.resume();
  return undefined;
}
