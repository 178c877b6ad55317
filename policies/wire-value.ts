import { type Inputs, isObject, notYetKnown } from "./value.ts";

/** Marks of Pulumi's wire format and of its state files (`@pulumi/pulumi`, runtime/rpc.js). */
const signature = "4dabf18193072939515e22adb298388d";
const secret = "1b47061264138c4ac30d75fd1eb44270";
const output = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const asset = "c44067f5952c0a294b673a41bacd8c17";
const archive = "0def7320c3a5731c473e5ecbe6d01bc7";

/** The texts that stand for a boolean, number, text, list, asset, archive, object that is not known yet. */
export const unknownTexts: ReadonlySet<unknown> = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Inputs from the wire or from a state file, made plain. A secret is unwrapped, or not known if encrypted. */
export function wireInputs(inputs: Inputs): Inputs {
  return Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, wireValue(value)]));
}

function wireValue(value: unknown): unknown {
  if (unknownTexts.has(value)) return notYetKnown;
  if (Array.isArray(value)) return value.map(wireValue);
  if (!isObject(value)) return value;
  switch (value[signature]) {
    case undefined:
      return wireInputs(value);
    case secret:
      if (typeof value.plaintext === "string") return wireValue(JSON.parse(value.plaintext));
      return "value" in value ? wireValue(value.value) : notYetKnown;
    case output:
      return "value" in value ? wireValue(value.value) : notYetKnown;
    case asset:
      return typeof value.text === "string" ? value.text : {};
    case archive:
      return isObject(value.assets) ? wireInputs(value.assets) : {};
    default:
      // A reference to another resource: rules see what refers to what in another way.
      return value;
  }
}
