/** Makes an identifier's bytes. */
export type RandomBytes = (size: number) => Uint8Array;

/**
 * An id of a connection, a message or a request: 88 random bits in the form that AWS gives them, such as
 * `L0SM9cOFvHcCIhw=`.
 */
export function requestId(randomBytes: RandomBytes): string {
  return `${Buffer.from(randomBytes(11)).toString("base64url")}=`;
}

/** An id of an API or of a part of one: lower case letters and digits. Not a secret. */
export function resourceId(randomBytes: RandomBytes, length: 7 | 10): string {
  return Array.from(randomBytes(length), (byte) => (byte % 36).toString(36)).join("");
}

/** A random UUID, version 4 (RFC 9562). */
export function uuid(randomBytes: RandomBytes): string {
  const bytes = Buffer.from(randomBytes(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** `Root=1-<seconds>-<24 hex digits>`, the value of X-Ray's trace header: https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader */
export function traceId(now: number, randomBytes: RandomBytes): string {
  const seconds = Math.floor(now / 1000).toString(16);
  return `Root=1-${seconds.padStart(8, "0")}-${Buffer.from(randomBytes(12)).toString("hex")}`;
}
