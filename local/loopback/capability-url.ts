import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** The bearer token of one start: 32 random bytes as base64url, 43 characters. */
export const newCapabilityToken = (): string => randomBytes(32).toString("base64url");

/** What of an HTTP request decides whether it is let in. */
export interface Approach {
  /** The request target as sent: path and query. */
  readonly target: string;
  readonly origin: string | undefined;
  readonly authorization: string | undefined;
}

export type Admission =
  | {
      readonly kind: "admitted";
      /** The path below the token: `""`, `/`, or `/health`. */
      readonly path: string;
      readonly query: URLSearchParams;
    }
  | {
      readonly kind: "refused";
      readonly status: 401 | 403;
      readonly code: "origin_foreign" | "token_required";
      readonly detail: string;
    };

const foreignOrigin: Admission = {
  kind: "refused",
  status: 403,
  code: "origin_foreign",
  detail: "Pages of this origin may not call the local cloud.",
};
const tokenRequired: Admission = {
  kind: "refused",
  status: 401,
  code: "token_required",
  detail: "Use the URL that `npm start` printed: it carries the token of this start.",
};

/**
 * Lets a request in that carries `token`, as the first segment of its path or as a bearer token (RFC
 * 6750), and that no page of an origin outside `origins` sent. Tokens compare in constant time.
 */
export function admit(approach: Approach, token: string, origins: readonly string[]): Admission {
  const { target, origin, authorization } = approach;
  if (origin !== undefined && !origins.includes(origin)) return foreignOrigin;

  const [path = "", query = ""] = splitOnce(target, "?");
  const [segment = "", rest] = splitOnce(path.slice(1), "/");
  const parameters = new URLSearchParams(query);
  if (path.startsWith("/") && isSame(segment, token)) {
    return { kind: "admitted", path: rest === undefined ? "" : `/${rest}`, query: parameters };
  }
  const bearer = /^bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
  if (bearer !== undefined && isSame(bearer, token)) return { kind: "admitted", path, query: parameters };
  return tokenRequired;
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

// Digests have one length, so neither the length of a guess nor its common prefix shows in the time.
const digest = (text: string) => createHash("sha256").update(text).digest();
const isSame = (guess: string, token: string): boolean => timingSafeEqual(digest(guess), digest(token));
