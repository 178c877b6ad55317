import type { CreatedResource } from "../resources/resource-handler.ts";
import type { WireProperties } from "./wire.ts";

/** A resource as it was last made or changed here, and what was then declared. */
export interface MadeResource extends CreatedResource {
  readonly inputs: WireProperties;
}

/**
 * What this process has made, by type and id. The cloud lives no longer than its process and nobody else makes
 * resources in it, so this is all that can be imported.
 */
export class MadeResources {
  readonly #made = new Map<string, Map<string, MadeResource>>();

  put(type: string, resource: MadeResource): void {
    const ofType = this.#made.get(type) ?? new Map<string, MadeResource>();
    ofType.set(resource.id, resource);
    this.#made.set(type, ofType);
  }

  delete(type: string, id: string): void {
    this.#made.get(type)?.delete(id);
  }

  find(type: string, id: string): MadeResource | undefined {
    return this.#made.get(type)?.get(id);
  }

  /** Ids of the type, in the order in which they were made. */
  ids(type: string): readonly string[] {
    return [...(this.#made.get(type)?.keys() ?? [])];
  }
}
