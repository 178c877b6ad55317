import * as pulumi from "@pulumi/pulumi";

/**
 * Inputs as values that can be sent to another process. An archive becomes file name → text. Throws
 * for an asset that is not text in memory: the program embeds all it deploys. What is not known yet stays so.
 */
export async function plainInputs(inputs: Record<string, unknown>): Promise<Record<string, unknown>> {
  const entries = Object.entries(inputs).map(async ([key, value]) => [key, await plain(value)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function plain(value: unknown): Promise<unknown> {
  if (value instanceof pulumi.asset.AssetArchive) return plainInputs(await value.assets);
  if (value instanceof pulumi.asset.StringAsset) return value.text;
  const isFile: boolean = pulumi.asset.Asset.isInstance(value) || pulumi.asset.Archive.isInstance(value);
  if (isFile) {
    throw new Error(`Only StringAsset and AssetArchive can be deployed locally, not a file, folder or URL.`);
  }
  if (pulumi.isUnknown(value)) return value;
  if (Array.isArray(value)) return Promise.all(value.map(plain));
  if (typeof value === "object" && value !== null) return plainInputs(value as Record<string, unknown>);
  return value;
}
