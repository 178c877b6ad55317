import * as v from "valibot";
import type { Handled } from "./fifo-batch.ts";
import type { Line } from "./telemetry.ts";

/** Why a message was not read: one of a release after this one, or none that we write. */
export type NotRead = "message_newer" | "message_malformed";

const versioned = v.object({ v: v.pipe(v.number(), v.safeInteger()) });

/** Reads a message of a queue. `newest` is the `v` of those that this release writes. */
export function readMessage<Schema extends v.GenericSchema<unknown, object>>(
  schema: Schema,
  newest: number,
  body: string,
): v.InferOutput<Schema> | NotRead {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return "message_malformed";
  }
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  return v.is(versioned, value) && value.v > newest ? "message_newer" : "message_malformed";
}

/**
 * Notes why a message was not read. A newer one comes back in its order, since the functions of its release may have it
 * then; after its last try it is a dead letter, to be redriven. Any other is a dead letter at once.
 */
export function noteNotRead(line: Line, code: NotRead): Extract<Handled, "again" | "unreadable"> {
  line.add({ outcome: code === "message_newer" ? "retried" : "failed", code });
  return code === "message_newer" ? "again" : "unreadable";
}
