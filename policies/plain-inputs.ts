import * as pulumi from "@pulumi/pulumi";
import { type Inputs, notYetKnown } from "./value.ts";
import { unknownTexts } from "./wire-value.ts";

/**
 * Inputs as Pulumi hands them over, made plain: `notYetKnown` where a preview cannot know a value, and the texts of
 * assets in memory. Never throws, also not for the proxy that throws on every read of such a value.
 */
export async function plainInputs(props: object): Promise<Inputs> {
  const contents = new Map<object, unknown>();
  for (const file of filesBelow(props)) contents.set(file, await contentOf(file));
  return plainMembers(props, contents);
}

/** `contents` has what is in each asset and archive. */
function plainMembers(object: object, contents: ReadonlyMap<object, unknown>): Inputs {
  const entries = Object.entries(unwrapped(object));
  return Object.fromEntries(entries.map(([key, value]) => [key, plain(value, contents)]));
}

function plain(value: unknown, contents: ReadonlyMap<object, unknown>): unknown {
  if (unknownTexts.has(value)) return notYetKnown;
  if (typeof value !== "object" || value === null) return value;
  const object = unwrapped(value);
  if (Array.isArray(object)) return object.map((item) => plain(item, contents));
  return isFile(object) ? contents.get(object) : plainMembers(object, contents);
}

function filesBelow(value: unknown): object[] {
  if (typeof value !== "object" || value === null) return [];
  const object = unwrapped(value);
  return isFile(object) ? [object] : Object.values(object).flatMap(filesBelow);
}

async function contentOf(file: object): Promise<unknown> {
  if ("assets" in file && pulumi.asset.Archive.isInstance(file)) {
    return plainInputs((await file.assets) as object);
  }
  // A file, folder or URL: what is in it is not part of the program.
  return "text" in file ? await file.text : {};
}

const isFile = (object: object): boolean =>
  pulumi.asset.Asset.isInstance(object) || pulumi.asset.Archive.isInstance(object);

/** What the policy SDK's proxy stands for. Read through it, a value that is not known throws, with a stack trace for each. */
function unwrapped(value: object): object {
  const { __getSpecialProxyTarget: target } = value as { __getSpecialProxyTarget?: object };
  return target ?? value;
}
