import { createHash } from "node:crypto";

/** What a body may be told of: ids of Stripe's, kinds and counts. Never SDP, a frame, or a person's own words. */
const plain = ["kind", "cause", "eventId", "type", "customerId", "objectId", "version"] as const;
/** What people choose, and what names them: told by the digits that stand in the logs. */
const hidden = ["user", "channel", "name", "sender"] as const;

const digits = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

/**
 * A message's body in a line that may be shown. What is after the first `#` of a user's or channel's key is told as the
 * digits of `docs/logs.md`, its tenant as it is. Of a body that cannot be read the size and the digits.
 */
export function describeBody(body: string): Readonly<Record<string, string>> {
  const unreadable = { unreadable: `${Buffer.byteLength(body)} bytes`, digits: digits(body) };
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return unreadable;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return unreadable;
  const entries = Object.entries(value).flatMap(([name, member]): [string, string][] => {
    const text = typeof member === "string" || typeof member === "number" ? String(member) : undefined;
    if (text === undefined) return [];
    if (plain.some((each) => each === name)) return /^[\w.]{1,128}$/.test(text) ? [[name, text]] : [];
    if (!hidden.some((each) => each === name)) return [];
    const [, tenant, rest] = /^([\w.-]{1,64})#(.+)$/s.exec(text) ?? [];
    return [[name, rest === undefined ? digits(text) : `${tenant}#${digits(rest)}`]];
  });
  return entries.length === 0 ? unreadable : Object.fromEntries(entries);
}
