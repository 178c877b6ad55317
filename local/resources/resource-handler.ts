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

/** A handler whose inputs were parsed by its schema. `id` and `outputs` are those that `create` returned. */
export interface ResourceDefinition<Inputs> {
  readonly type: string;
  /** Strict: an input that is not in the schema is an error, never ignored. */
  readonly inputs: v.GenericSchema<unknown, Inputs>;
  create(inputs: Inputs, name: string): Promise<CreatedResource> | CreatedResource;
  update(existing: CreatedResource, inputs: Inputs, name: string): Promise<CreatedResource> | CreatedResource;
  delete(existing: CreatedResource): Promise<void> | void;
}

/** Makes a handler that refuses inputs its schema does not accept, naming the property and the resource. */
export function resourceHandler<Inputs>(definition: ResourceDefinition<Inputs>): ResourceHandler {
  const parse = (request: ResourceRequest): Inputs => {
    const result = v.safeParse(definition.inputs, request.inputs);
    if (result.success) return result.output;
    const issue = result.issues[0];
    throw new Error(
      `${definition.type} "${request.name}": input ${v.getDotPath(issue) ?? ""} is not supported by the local cloud: ${issue.message}`,
    );
  };
  return {
    type: definition.type,
    create: async (request) => definition.create(parse(request), request.name),
    update: async (existing, request) => definition.update(existing, parse(request), request.name),
    delete: async (existing) => definition.delete(existing),
  };
}
