import * as v from "valibot";
import type { CreatedResource } from "./resource-handler.ts";

const outputs = v.object({ apiId: v.string() });

/** The API that a part of it, such as a route, was created in. */
export function apiIdOf(existing: CreatedResource): string {
  return v.parse(outputs, existing.outputs).apiId;
}
