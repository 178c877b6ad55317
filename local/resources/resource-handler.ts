import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";
import { inAnyOrder } from "./in-any-order.ts";

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

/** What is wrong with an input. */
export interface InputProblem {
  /** Names and indexes from the outermost input inwards. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/**
 * One AWS resource type. The methods make, change and remove the real thing in the local cloud. They
 * throw an error that says what was wrong; inputs that the handler does not implement are wrong.
 */
export interface ResourceHandler {
  readonly type: string;
  /** Inputs that cannot change while the resource lives: AWS's provider replaces it then. */
  readonly replacedBy: readonly string[];
  /** Of these, the ones that no two resources share: while all stay, the old one goes before the new one comes. */
  readonly identifiedBy: readonly string[];
  /** Inputs that are sets: the order of their items means nothing. */
  readonly sets: readonly string[];
  /** Outputs that an update gives anew, besides those that repeat an input. */
  readonly renewed: readonly string[];
  /** What `create` would refuse of the inputs, without looking at the services. */
  check(inputs: ResourceRequest["inputs"]): readonly InputProblem[];
  create(request: ResourceRequest): Promise<CreatedResource>;
  /** The resource as the services know it now; undefined when it is gone. */
  read(existing: CreatedResource): Promise<CreatedResource | undefined>;
  update(existing: CreatedResource, request: ResourceRequest): Promise<CreatedResource>;
  delete(existing: CreatedResource): Promise<void>;
}

/** Outputs as a service knows them now, those that can be asked; undefined when the resource is gone. */
export type LiveOutputs = Readonly<Record<string, unknown>> | undefined;

/** A handler whose inputs were parsed by its schema. `existing` is what `create` or `update` returned. */
export interface ResourceDefinition<Inputs> {
  readonly type: string;
  /** Strict: an input that is not in the schema is an error, never ignored. */
  readonly inputs: v.GenericSchema<unknown, Inputs>;
  readonly replacedBy?: readonly string[];
  /** Default: the name or statement id, where that is fixed. */
  readonly identifiedBy?: readonly string[];
  readonly sets?: readonly string[];
  readonly renewed?: readonly string[];
  create(inputs: Inputs, name: string): Promise<CreatedResource> | CreatedResource;
  read(existing: CreatedResource): Promise<LiveOutputs> | LiveOutputs;
  update(existing: CreatedResource, inputs: Inputs, name: string): Promise<CreatedResource> | CreatedResource;
  delete(existing: CreatedResource): Promise<void> | void;
}

/**
 * Makes a handler that refuses inputs its schema does not accept, and changes that need a replacement.
 * Errors of `create` and `update` name the resource.
 */
export function resourceHandler<Inputs extends object>(
  definition: ResourceDefinition<Inputs>,
): ResourceHandler {
  const { type, replacedBy = [], sets = [], renewed = [] } = definition;
  const { identifiedBy = replacedBy.filter((input) => chosenWhenAbsent.has(input)) } = definition;
  const check = (inputs: unknown): InputProblem[] => {
    const { issues = [] } = v.safeParse(definition.inputs, inputs);
    return issues.map(({ path = [], message }) => ({
      path: path.map(({ key }) => (typeof key === "number" ? key : String(key))),
      message,
    }));
  };
  const parse = (inputs: unknown): Inputs => {
    const result = v.safeParse(definition.inputs, inputs);
    if (result.success) return result.output;
    const issue = result.issues[0];
    throw new Error(
      `input ${v.getDotPath(issue) ?? ""} is not supported by the local cloud: ${issue.message}`,
    );
  };
  const refuseReplacement = (existing: CreatedResource, inputs: Inputs): void => {
    const wanted = new Map<string, unknown>(Object.entries(inputs));
    for (const input of replacedBy) {
      // A name that is not given was chosen when the resource was created.
      if (chosenWhenAbsent.has(input) && !wanted.has(input)) continue;
      const comparable = (value: unknown) => (sets.includes(input) ? inAnyOrder(value) : value);
      if (isDeepStrictEqual(comparable(wanted.get(input)), comparable(existing.outputs[input]))) continue;
      throw new Error(`${input} cannot change: the resource must be replaced`);
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
    replacedBy,
    identifiedBy,
    sets,
    renewed,
    check,
    create: ({ name, inputs }) => naming(name, () => definition.create(parse(inputs), name)),
    read: async (existing) => {
      const live = await definition.read(existing);
      return live && { id: existing.id, outputs: { ...existing.outputs, ...live } };
    },
    update: (existing, { name, inputs }) =>
      naming(name, () => {
        const parsed = parse(inputs);
        refuseReplacement(existing, parsed);
        return definition.update(existing, parsed, name);
      }),
    delete: async (existing) => definition.delete(existing),
  };
}

const chosenWhenAbsent: ReadonlySet<string> = new Set(["name", "statementId"]);

/** An output that its handler wrote as text. */
export function textOutput(resource: CreatedResource, name: string): string {
  const value = resource.outputs[name];
  if (typeof value !== "string") throw new Error(`the resource ${resource.id} has no output "${name}"`);
  return value;
}
