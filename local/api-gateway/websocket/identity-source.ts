import type { Handshake } from "./handshake-request.ts";

/** Where a handshake carries what the authorizer needs. */
export interface IdentitySource {
  readonly place: "querystring" | "header";
  readonly name: string;
}

const sourceForm = /^route\.request\.(querystring|header)\.([^\s.]+)$/;

/** Reads `route.request.querystring.<name>` or `route.request.header.<name>`; throws on anything else. */
export function parseIdentitySource(source: string): IdentitySource {
  const match = sourceForm.exec(source);
  const [, place, name] = match ?? [];
  if (!name) {
    throw new Error(
      `The identity source ${source} is not supported by the local cloud: it must be route.request.querystring.<name> or route.request.header.<name>.`,
    );
  }
  return { place: place === "header" ? "header" : "querystring", name };
}

/** True when the handshake has a value there that is not empty. Header names compare without regard to case. */
export function isPresent({ place, name }: IdentitySource, handshake: Handshake): boolean {
  if (place === "querystring") return handshake.query.some(([key, value]) => key === name && value !== "");
  return handshake.headers.some(([key, value]) => key.toLowerCase() === name.toLowerCase() && value !== "");
}
