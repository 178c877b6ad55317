import { createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";

type Secret = string | ArrayBuffer | ArrayBufferView;

const keys = new Map<Secret, KeyObject>();
const mostKeys = 16;

/**
 * The key of a secret, made once: the signer gives the same secrets again, and Node 24 spends more time on one given as
 * text or bytes than on the digest.
 */
function keyOf(secret: Secret): KeyObject {
  const known = keys.get(secret);
  if (known) return known;
  const key = createSecretKey(bytesOf(secret));
  keys.set(secret, key);
  if (keys.size > mostKeys) keys.delete(keys.keys().next().value ?? "");
  return key;
}

function bytesOf(secret: Secret): Uint8Array {
  if (typeof secret === "string") return Buffer.from(secret);
  if (!ArrayBuffer.isView(secret)) return new Uint8Array(secret);
  return new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength);
}

/** SHA-256 of all that was given, or with a secret its HMAC, for the SDK's signer. */
export class Sha256 {
  readonly #secret: Secret | undefined;
  readonly #chunks: Uint8Array[] = [];

  constructor(secret?: Secret) {
    this.#secret = secret;
  }

  update(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
  }

  async digest(): Promise<Uint8Array> {
    const [first, ...more] = this.#chunks;
    const given = first && more.length === 0 ? first : Buffer.concat(this.#chunks);
    if (this.#secret === undefined) return hash("sha256", given, "buffer");
    return createHmac("sha256", keyOf(this.#secret)).update(given).digest();
  }

  reset(): void {
    this.#chunks.length = 0;
  }
}
