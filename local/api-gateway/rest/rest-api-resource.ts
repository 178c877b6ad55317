import {
  type CreatedResource,
  type ResourceDefinition,
  type ResourceHandler,
  resourceHandler,
} from "../../resources/resource-handler.ts";

export interface RestApiResource<Inputs> extends ResourceDefinition<Inputs> {
  /** Inputs that cannot change while the resource lives: it must be replaced. */
  readonly fixed: readonly (keyof Inputs & string)[];
}

/** A handler whose errors name the resource, and which refuses an update that AWS's provider would replace. */
export function restApiResource<Inputs>(definition: RestApiResource<Inputs>): ResourceHandler {
  const { type, fixed } = definition;
  return resourceHandler({
    ...definition,
    create: (inputs, name) => named(type, name, () => definition.create(inputs, name)),
    update: (existing, inputs, name) =>
      named(type, name, () => {
        const changed = fixed.find((input) => !isSame(inputs[input], existing.outputs[input]));
        if (changed) throw new Error(`${changed} cannot change: the resource must be replaced`);
        return definition.update(existing, inputs, name);
      }),
  });
}

async function named(
  type: string,
  name: string,
  act: () => Promise<CreatedResource> | CreatedResource,
): Promise<CreatedResource> {
  try {
    return await act();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${type} "${name}": ${reason}`, { cause });
  }
}

/** An input left out takes the value that the resource has. */
function isSame(input: unknown, output: unknown): boolean {
  return input === undefined || JSON.stringify(input) === JSON.stringify(output);
}

/** An output that must be text: the handlers wrote it themselves. */
export function textOutput(resource: CreatedResource, name: string): string {
  const value = resource.outputs[name];
  if (typeof value !== "string") throw new Error(`the resource has no output "${name}"`);
  return value;
}
