import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";

/** A resource as the program registered it: all inputs known, archives and assets as plain values. */
export interface ResourceRequest {
  /** The Pulumi type, such as `aws:sqs/queue:Queue`. */
  readonly type: string;
  /** The logical name. */
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** A resource that exists: its physical id and every output the AWS provider would give. */
export interface CreatedResource {
  readonly id: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/**
 * One AWS resource type. The methods make, change and remove the real thing in the local cloud. They
 * throw an error that says what was wrong; inputs that the handler does not implement are wrong.
 */
export interface ResourceHandler {
  readonly type: string;
  create(request: ResourceRequest): Promise<CreatedResource>;
  update(existing: CreatedResource, request: ResourceRequest): Promise<CreatedResource>;
  delete(existing: CreatedResource): Promise<void>;
}

/** A handler whose inputs were parsed by its schema. `existing` is what `create` or `update` returned. */
export interface ResourceDefinition<Inputs> {
  readonly type: string;
  /** Strict: an input that is not in the schema is an error, never ignored. */
  readonly inputs: v.GenericSchema<unknown, Inputs>;
  /** Outputs that cannot change while the resource lives: AWS's provider would replace it. */
  fixed?(inputs: Inputs, name: string): Readonly<Record<string, unknown>>;
  create(inputs: Inputs, name: string): Promise<CreatedResource> | CreatedResource;
  update(existing: CreatedResource, inputs: Inputs, name: string): Promise<CreatedResource> | CreatedResource;
  delete(existing: CreatedResource): Promise<void> | void;
}

/**
 * Makes a handler that refuses inputs its schema does not accept, and changes that need a replacement.
 * Errors of `create` and `update` name the resource.
 */
export function resourceHandler<Inputs>(definition: ResourceDefinition<Inputs>): ResourceHandler {
  const { type } = definition;
  const parse = (inputs: unknown): Inputs => {
    const result = v.safeParse(definition.inputs, inputs);
    if (result.success) return result.output;
    const issue = result.issues[0];
    throw new Error(
      `input ${v.getDotPath(issue) ?? ""} is not supported by the local cloud: ${issue.message}`,
    );
  };
  const checkFixed = (existing: CreatedResource, inputs: Inputs, name: string): void => {
    for (const [output, wanted] of Object.entries(definition.fixed?.(inputs, name) ?? {})) {
      if (isDeepStrictEqual(wanted, existing.outputs[output])) continue;
      throw new Error(`${output} cannot change: the resource must be replaced`);
    }
  };
  const naming = async (name: string, act: () => Promise<CreatedResource> | CreatedResource) => {
    try {
      return await act();
    } catch (cause) {
      throw new Error(`${type} "${name}": ${cause instanceof Error ? cause.message : cause}`, { cause });
    }
  };
  return {
    type,
    create: ({ name, inputs }) => naming(name, () => definition.create(parse(inputs), name)),
    update: (existing, { name, inputs }) =>
      naming(name, () => {
        const parsed = parse(inputs);
        checkFixed(existing, parsed, name);
        return definition.update(existing, parsed, name);
      }),
    delete: async (existing) => definition.delete(existing),
  };
}

/** An output that its handler wrote as text. */
export function textOutput(resource: CreatedResource, name: string): string {
  const value = resource.outputs[name];
  if (typeof value !== "string") throw new Error(`the resource ${resource.id} has no output "${name}"`);
  return value;
}
