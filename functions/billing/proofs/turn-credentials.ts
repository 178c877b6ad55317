import { createHmac } from "node:crypto";
import type { IceServer } from "../callers/answers.ts";

/** What a relay and the billing API share. */
export interface TurnRelay {
  /** As `turn:turn.example.com:3478?transport=udp`. */
  readonly urls: readonly string[];
  readonly secret: string;
}

/** Seconds for which a relay takes credentials. It looks at them only when an allocation begins. */
export const turnCredentialsLifetime = 300;

/**
 * Credentials that coturn's `use-auth-secret` takes until `now`, in epoch milliseconds, is five minutes past: the user
 * name is the epoch second at which they end, a colon and `user`; the password is Base64 of the user name's HMAC-SHA1
 * (https://datatracker.ietf.org/doc/html/draft-uberti-behave-turn-rest-00#section-2.2). coturn takes no other hash.
 * `user` is a pseudonym: the relay counts allocations by it, and logs it.
 */
export function turnCredentials({ urls, secret }: TurnRelay, user: string, now: number): IceServer {
  const username = `${Math.floor(now / 1000) + turnCredentialsLifetime}:${user}`;
  const credential = createHmac("sha1", secret).update(username).digest("base64");
  return { urls: [...urls], username, credential };
}
