export type RandomBytes = (size: number) => Uint8Array;

/**
 * An id of a connection, message or request: 88 random bits in the form that AWS gives them, such as
 * `L0SM9cOFvHcCIhw=`.
 */
export function requestId(randomBytes: RandomBytes): string {
  return `${Buffer.from(randomBytes(11)).toString("base64url")}=`;
}

/** An id of an API or of a part of one: lower case letters and digits. Not a secret. */
export function resourceId(randomBytes: RandomBytes, length: 7 | 10): string {
  return Array.from(randomBytes(length), (byte) => (byte % 36).toString(36)).join("");
}
