import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { unknownTexts } from "../../policies/wire-value.ts";

/**
 * Inputs in Pulumi's wire format as plain JSON that may be shown. `[secret]` stands for a secret, `[unknown]` for what
 * AWS computes, `[asset …]` for the text of a file, by its bytes and its SHA-256. An archive is an object of its files.
 */
export function shownInputs(inputs: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, shown(value)]));
}

function shown(value: unknown): unknown {
  if (unknownTexts.has(value)) return "[unknown]";
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== "object" || value === null) return value;
  const members = value as Readonly<Record<string, unknown>>;
  switch (members[pulumi.runtime.specialSigKey]) {
    case pulumi.runtime.specialSecretSig:
      return "[secret]";
    case pulumi.runtime.specialAssetSig:
      return assetOf(String(members.text ?? ""));
    case pulumi.runtime.specialArchiveSig:
      return shown(members.assets ?? {});
    default:
      return shownInputs(members);
  }
}

function assetOf(text: string): string {
  const digest = createHash("sha256").update(text).digest("hex");
  return `[asset of ${Buffer.byteLength(text)} bytes, sha256 ${digest}]`;
}
