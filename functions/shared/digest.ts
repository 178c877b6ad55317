import { hash } from "node:crypto";

/** SHA-256 of the UTF-8 text, as 64 hexadecimal digits. */
export const sha256 = (text: string): string => hash("sha256", text);

/**
 * The first 16 digits of `sha256`: how logs name what people chose (channels, client ids, subjects,
 * correlation ids), so that lines can be joined and searched but not read.
 */
export const pseudonym = (text: string): string => sha256(text).slice(0, 16);
