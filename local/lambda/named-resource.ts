import {
  type CreatedResource,
  type ResourceDefinition,
  type ResourceHandler,
  resourceHandler,
} from "../resources/resource-handler.ts";

/** A handler whose errors begin with the type and the name of the resource they are about. */
export function namedResource<Inputs>(definition: ResourceDefinition<Inputs>): ResourceHandler {
  const { type } = definition;
  const named = async (name: string, act: () => Promise<CreatedResource> | CreatedResource) => {
    try {
      return await act();
    } catch (cause) {
      throw new Error(`${type} "${name}": ${cause instanceof Error ? cause.message : cause}`, { cause });
    }
  };
  return resourceHandler({
    ...definition,
    create: (inputs, name) => named(name, () => definition.create(inputs, name)),
    update: (existing, inputs, name) => named(name, () => definition.update(existing, inputs, name)),
  });
}
