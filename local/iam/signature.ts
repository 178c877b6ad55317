import { createHmac, hash, timingSafeEqual } from "node:crypto";
import aws4, { type Request } from "aws4";
import { account } from "../account.ts";
import type { Authorization } from "./authorization-header.ts";
import type { AccessKey, SignedRequest } from "./iam.ts";
import { signingKey } from "./signing-key.ts";

/** Minutes that a request's time may differ from ours. */
const tolerance = 5;

/**
 * Rebuilds the SigV4 signature of a request whose headers carry it and compares. Returns undefined when
 * it is right, else what is wrong in AWS's words. `now` is in epoch milliseconds. Signing keys are
 * derived once per key, day, Region and service.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signatureFault(
  request: SignedRequest,
  authorization: Authorization,
  key: AccessKey,
  now: number,
): string | undefined {
  const date = request.headers["x-amz-date"];
  return (
    scopeFault(authorization, date) ??
    timeFault(date ?? "", now) ??
    coverageFault(request, authorization) ??
    bodyFault(request) ??
    mismatch(request, authorization, key, date ?? "")
  );
}

/** Compares without telling, by the time it takes, how much was right. How long the expected one is, it may tell. */
export function equalSecrets(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function scopeFault(
  { date: scopeDate, region }: Authorization,
  date: string | undefined,
): string | undefined {
  if (!date || !/^\d{8}T\d{6}Z$/.test(date)) {
    return "Date must be in ISO-8601 'basic format', in the header X-Amz-Date.";
  }
  if (!date.startsWith(scopeDate)) {
    return `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scopeDate}' != '${date.slice(0, 8)}', from '${date}'.`;
  }
  if (region !== account.region) return `Credential should be scoped to a valid region, not '${region}'.`;
  return undefined;
}

function timeFault(date: string, now: number): string | undefined {
  const signedAt = Date.parse(
    date.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/, "$1-$2-$3T$4:$5:$6Z"),
  );
  const earliest = now - tolerance * 60_000;
  const latest = now + tolerance * 60_000;
  if (signedAt >= earliest && signedAt <= latest) return undefined;
  return signedAt > latest
    ? `Signature not yet current: ${date} is still later than ${basic(latest)} (${basic(now)} + ${tolerance} min.)`
    : `Signature expired: ${date} is now earlier than ${basic(earliest)} (${basic(now)} - ${tolerance} min.)`;
}

/** Host and every X-Amz-* header must be signed, so that none can be added on the way. */
function coverageFault({ headers }: SignedRequest, { signedHeaders }: Authorization): string | undefined {
  const unsigned = ["host", ...Object.keys(headers).filter((name) => name.startsWith("x-amz-"))].find(
    (name) => !signedHeaders.includes(name),
  );
  if (unsigned) return `'${unsigned}' must be a 'SignedHeader' in the AWS Authorization.`;
  const absent = signedHeaders.find((name) => headers[name] === undefined);
  return absent ? `The signed header '${absent}' is missing from the request.` : undefined;
}

function bodyFault({ headers, body }: SignedRequest): string | undefined {
  const claimed = headers["x-amz-content-sha256"];
  if (claimed === undefined || claimed === hash("sha256", body)) return undefined;
  return "The provided 'x-amz-content-sha256' header does not match what was computed.";
}

const wrongSignature =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

function mismatch(
  { method, path, headers, body }: SignedRequest,
  { date: scopeDate, signedHeaders, service, region, signature }: Authorization,
  key: AccessKey,
  date: string,
): string | undefined {
  const request: Request & { extraHeadersToInclude: Record<string, boolean> } = {
    method,
    path,
    service,
    region,
    body: Buffer.from(body.buffer, body.byteOffset, body.byteLength),
    headers: Object.fromEntries(signedHeaders.map((name) => [name, headers[name]])),
    extraHeadersToInclude: Object.fromEntries(signedHeaders.map((name) => [name, true])),
    doNotModifyHeaders: true,
  };
  const signer = new aws4.RequestSigner(request, key);
  signer.datetime = date;
  let stringToSign: string;
  try {
    stringToSign = signer.stringToSign();
  } catch (error) {
    // aws4 decodes the path, which fails on a broken escape that no client would have signed.
    if (error instanceof URIError) return wrongSignature;
    throw error;
  }
  const expected = createHmac("sha256", signingKey(key, { date: scopeDate, region, service }))
    .update(stringToSign)
    .digest();
  return timingSafeEqual(expected, Buffer.from(signature, "hex")) ? undefined : wrongSignature;
}

function basic(time: number): string {
  return new Date(time).toISOString().replace(/[:-]|\.\d{3}/g, "");
}
