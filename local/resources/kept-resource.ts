import type { GenericSchema } from "valibot";
import { type CreatedResource, type ResourceHandler, resourceHandler } from "./resource-handler.ts";

interface KeptDefinition<Inputs> {
  readonly type: string;
  readonly inputs: GenericSchema<unknown, Inputs>;
  readonly replacedBy: readonly string[];
  /** Its id, and what AWS would give besides the inputs. */
  readonly described: (declared: Inputs, logicalName: string) => CreatedResource;
}

/** A handler of what is kept as it is declared and does nothing here. */
export function keptResource<Inputs extends object>(definition: KeptDefinition<Inputs>): ResourceHandler {
  const { described, ...rest } = definition;
  const kept = new Set<string>();
  const put = (declared: Inputs, name: string): CreatedResource => {
    const { id, outputs } = described(declared, name);
    kept.add(id);
    return { id, outputs: { ...declared, ...outputs } };
  };
  return resourceHandler({
    ...rest,
    create: put,
    read: ({ id }) => (kept.has(id) ? {} : undefined),
    update: (existing, declared, name) => {
      kept.delete(existing.id);
      const { id, outputs } = put({ ...named(existing), ...declared }, name);
      return { id, outputs };
    },
    delete: ({ id }) => void kept.delete(id),
  });
}

/** The name that was chosen when it was made stays, where none is declared. */
function named({ outputs }: CreatedResource): { readonly name?: unknown } {
  return "name" in outputs ? { name: outputs.name } : {};
}
