import * as pulumi from "@pulumi/pulumi";
import { type Inputs, notYetKnown } from "./value.ts";
import { unknownTexts } from "./wire-value.ts";

/**
 * Inputs as Pulumi hands them over, made plain: `notYetKnown` where a preview cannot know a value, and the texts of
 * assets in memory. Never throws, also not for the proxy that throws on every read of such a value.
 */
export async function plainInputs(props: object): Promise<Inputs> {
  const entries = Object.keys(props).map(async (key) => [key, await plain(readMember(props, key))] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function plain(value: unknown): Promise<unknown> {
  if (unknownTexts.has(value)) return notYetKnown;
  if (Array.isArray(value)) {
    // Iterating would read each item, and throw for one that is not yet known.
    const indexes = [...Array(value.length).keys()];
    return Promise.all(indexes.map((index) => plain(readMember(value, index))));
  }
  if (typeof value !== "object" || value === null) return value;
  const file = unwrapped(value);
  if ("assets" in file && pulumi.asset.Archive.isInstance(file)) {
    return plainInputs((await file.assets) as object);
  }
  if (pulumi.asset.Asset.isInstance(file) || pulumi.asset.Archive.isInstance(file)) {
    // A file, folder or URL: what is in it is not part of the program.
    return "text" in file ? await file.text : {};
  }
  return plainInputs(value);
}

/** The promises in an asset cannot be awaited through the policy SDK's proxy. */
function unwrapped(value: object): object {
  const { __getSpecialProxyTarget: target } = value as { __getSpecialProxyTarget?: object };
  return target ?? value;
}

function readMember(object: object, key: string | number): unknown {
  try {
    return (object as Record<string | number, unknown>)[key];
  } catch (error) {
    if (error instanceof Error && "unknownTypeSentinel" in error) return notYetKnown;
    throw error;
  }
}
