import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from "jose";
import * as v from "valibot";
import { Failure } from "../../shared/failure.ts";

export interface IssuerOptions {
  /** The issuer identifier, with or without a slash at its end. */
  readonly issuer: string;
  /** True only in the local stack: http is allowed on loopback. */
  readonly loopback: boolean;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
}

/** Milliseconds. */
const fetchTimeout = 1_500;
const discoveryLifetime = 60 * 60 * 1000;
const failureCooldown = 5_000;
const keysCooldown = 30_000;
const largestDocument = 64 * 1024;

const discovery = v.object({ issuer: v.string(), jwks_uri: v.string() });

/**
 * The keys of an OIDC issuer, found by OpenID Connect Discovery 1.0. The discovery document is kept for
 * an hour, the keys for ten minutes or until a token names an unknown key, though never fetched more
 * often than every 30 seconds; a failed discovery is not repeated for 5 seconds. Throws Failure
 * `issuer_…`, retryable, when the issuer does not answer as it should.
 */
export function issuerKeys(options: IssuerOptions): JWTVerifyGetKey {
  let known: { readonly until: number; readonly keys: Promise<JWTVerifyGetKey> } | undefined;
  return async (header, token) => {
    if (!known || known.until <= options.now()) {
      const keys = discover(options);
      const entry = { until: options.now() + discoveryLifetime, keys };
      known = entry;
      keys.catch(() => {
        if (known === entry) known = { keys, until: options.now() + failureCooldown };
      });
    }
    return (await known.keys)(header, token);
  };
}

async function discover(options: IssuerOptions): Promise<JWTVerifyGetKey> {
  const url = `${options.issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const response = await boundedFetch(options, url, { signal: AbortSignal.timeout(fetchTimeout) });
  const document = v.safeParse(discovery, await response.json().catch(() => undefined));
  if (response.status !== 200 || !document.success) throw failure("issuer_document_invalid");
  if (document.output.issuer !== options.issuer) throw failure("issuer_mismatch");
  const keysUrl = allowedUrl(document.output.jwks_uri, options.loopback);
  return createRemoteJWKSet(keysUrl, {
    timeoutDuration: fetchTimeout,
    cooldownDuration: keysCooldown,
    [customFetch]: (target, init) => boundedFetch(options, target, init),
  });
}

/** Fetches without following redirects; the answer is at most 64 KB. */
async function boundedFetch(options: IssuerOptions, url: string, init: RequestInit): Promise<Response> {
  allowedUrl(url, options.loopback);
  try {
    const response = await options.fetch(url, { ...init, redirect: "manual" });
    return new Response(await boundedText(response), { status: response.status });
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw failure("issuer_unreachable", cause);
  }
}

async function boundedText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let size = 0;
  let text = "";
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > largestDocument) throw failure("issuer_document_invalid");
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function allowedUrl(url: string, loopback: boolean): URL {
  const parsed = URL.parse(url);
  const local = parsed && ["127.0.0.1", "[::1]", "localhost"].includes(parsed.hostname);
  if (parsed?.protocol === "https:" || (loopback && local && parsed.protocol === "http:")) return parsed;
  throw failure("issuer_insecure");
}

const reasons = {
  issuer_unreachable: "does not answer",
  issuer_document_invalid: "gives no usable document",
  issuer_mismatch: "names another issuer in its discovery document",
  issuer_insecure: "is not at an https URL",
} as const;

const failure = (code: keyof typeof reasons, cause?: unknown): Failure =>
  new Failure(code, `the OIDC issuer ${reasons[code]}`, { cause, retryable: true });
