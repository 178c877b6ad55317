import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import type { AccessKey } from "./iam.ts";

/** What a signing key is good for: a day (`YYYYMMDD`), a Region and a service. */
export interface SigningScope {
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

const derived = new WeakMap<AccessKey, Map<string, KeyObject>>();
const mostOfOneKey = 16;

/**
 * The key that signs requests of that scope, derived once for each key and scope; of one access key the
 * last 16 are kept. As a key object, since Node 24 spends more time on a key given as bytes than on the
 * digest.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signingKey(key: AccessKey, { date, region, service }: SigningScope): KeyObject {
  const known = derived.get(key) ?? new Map<string, KeyObject>();
  derived.set(key, known);
  const scope = `${date}/${region}/${service}`;
  let signing = known.get(scope);
  if (!signing) {
    signing = [date, region, service, "aws4_request"].reduce(
      (secret, text) => createSecretKey(createHmac("sha256", secret).update(text).digest()),
      createSecretKey(`AWS4${key.secretAccessKey}`, "utf8"),
    );
    known.set(scope, signing);
    if (known.size > mostOfOneKey) known.delete(known.keys().next().value ?? "");
  }
  return signing;
}
