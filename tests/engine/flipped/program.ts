import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { SampledFlip } from "./sample-flips.ts";

// The program of this repository, with the flips that a test has written beside it.
const flips: readonly SampledFlip[] = JSON.parse(
  readFileSync(join(import.meta.dirname, "flips.json"), "utf8"),
);
pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) => {
  const flip = flips.find((each) => each.type === type && each.name === name);
  if (!flip) return undefined;
  const kept = Object.entries(props).filter(([input]) => !flip.gone.includes(input));
  return { props: { ...Object.fromEntries(kept), ...flip.changed }, opts };
});
await import("../../../index.ts");
