import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import { account } from "../account.ts";
import { readDataSource } from "../data-sources.ts";
import type { InputProblem } from "../resources/resource-handler.ts";
import { handlerOf, type ResourceHandlers } from "../resources/resource-handlers.ts";
import { autoname } from "./autonaming.ts";
import { MadeResources } from "./made-resources.ts";
import { joinPath, type PropertyChange, propertyChanges } from "./property-changes.ts";
import { undeclaredInputs } from "./undeclared-inputs.ts";
import {
  isUnknownAt,
  plainProperties,
  structOf,
  unknownValue,
  type WireProperties,
  wireProperties,
} from "./wire.ts";

/**
 * AWS's Pulumi provider, as far as the resource handlers go: what the engine asks it to check, compare, create, read,
 * update and delete, they do in the local cloud. https://www.pulumi.com/docs/iac/concepts/providers/ and the
 * comments of `pulumi/provider.proto` say what each verb must do.
 */
export function resourceProvider(handlers: ResourceHandlers) {
  const made = new MadeResources();

  /** What `pulumi import` and `get` ask for: an id, and nothing known yet. */
  const importedResource = async (request: provider.ReadRequest): Promise<provider.ReadResponse> => {
    const type = request.getType();
    const known = made.find(type, request.getId());
    const found = known && (await handlerOf(handlers, identity(request)).read(known));
    if (!known || !found) throw new Error(unknownId(type, request.getId(), made.ids(type)));
    const response = new provider.ReadResponse();
    response.setId(found.id);
    response.setProperties(structOf(found.outputs));
    // The program that imports it says its name.
    const declared = { ...known.inputs, __defaults: [] };
    response.setInputs(structOf(asTheyAreNow(declared, known.outputs, found.outputs)));
    return response;
  };

  return {
    async checkConfig(request: provider.CheckRequest) {
      const { region } = wireProperties(request.getNews());
      const response = new provider.CheckResponse();
      response.setInputs(request.getNews());
      if (region !== undefined && region !== account.region) {
        response.addFailures(failure("region", `the local cloud is in ${account.region} only`));
      }
      return response;
    },

    async diffConfig(_request: provider.DiffRequest) {
      const response = new provider.DiffResponse();
      response.setChanges(provider.DiffResponse.DiffChanges.DIFF_NONE);
      return response;
    },

    /** Secrets come as plain values: the engine itself marks the outputs of secret inputs. */
    async configure(_request: provider.ConfigureRequest) {
      const response = new provider.ConfigureResponse();
      response.setSupportspreview(true);
      return response;
    },

    async invoke(request: provider.InvokeRequest) {
      const response = new provider.InvokeResponse();
      response.setReturn(structOf(readDataSource(request.getTok())));
      return response;
    },

    async check(request: provider.CheckRequest) {
      const handler = handlerOf(handlers, identity(request));
      const inputs = withName(request);
      const sent = structOf(inputs);
      const plain = await plainProperties(sent);
      const response = new provider.CheckResponse();
      response.setInputs(sent);
      const undeclared = undeclaredInputs(request.getType(), inputs);
      for (const { path, message } of undeclared) {
        response.addFailures(failure(pathText(path), message));
      }
      for (const { path, message } of undeclared.length > 0 ? [] : handler.check(plain)) {
        if (isUnknownAt(plain, path)) continue;
        response.addFailures(failure(pathText(path), `not supported by the local cloud: ${message}`));
      }
      return response;
    },

    async diff(request: provider.DiffRequest) {
      const { replacedBy, identifiedBy, sets } = handlerOf(handlers, identity(request));
      const [olds, news] = [wireProperties(request.getOldInputs()), wireProperties(request.getNews())];
      const ignored = new Set(request.getIgnorechangesList());
      const changes = propertyChanges(olds, news, sets).filter(({ property }) => !ignored.has(property));
      const replaces = changes.filter(({ property }) => replacedBy.includes(property));
      const keepsIdentity =
        identifiedBy.length > 0 &&
        identifiedBy.every((input) => !defaulted(news).includes(input)) &&
        !changes.some(({ property }) => identifiedBy.includes(property));
      const { DIFF_SOME, DIFF_NONE } = provider.DiffResponse.DiffChanges;
      const response = new provider.DiffResponse();
      response.setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE);
      response.setDiffsList([...new Set(changes.map(({ property }) => property))]);
      response.setReplacesList([...new Set(replaces.map(({ property }) => property))]);
      response.setDeletebeforereplace(replaces.length > 0 && keepsIdentity);
      response.setHasdetaileddiff(true);
      for (const change of changes) {
        response.getDetaileddiffMap().set(change.path, propertyDiff(change, replaces.includes(change)));
      }
      return response;
    },

    async create(request: provider.CreateRequest) {
      const response = new provider.CreateResponse();
      if (request.getPreview()) {
        // What is missing, the program's own side takes for not known yet.
        response.setProperties(request.getProperties());
        return response;
      }
      const resource = identity(request);
      const inputs = await plainProperties(request.getProperties());
      const { id, outputs } = await handlerOf(handlers, resource).create({ ...resource, inputs });
      made.put(resource.type, { id, outputs, inputs: wireProperties(request.getProperties()) });
      response.setId(id);
      response.setProperties(structOf(outputs));
      return response;
    },

    async read(request: provider.ReadRequest) {
      const response = new provider.ReadResponse();
      const outputs = await plainProperties(request.getProperties());
      if (Object.keys(outputs).length === 0) return importedResource(request);
      const found = await handlerOf(handlers, identity(request)).read({ id: request.getId(), outputs });
      if (!found) return response;
      response.setId(found.id);
      response.setProperties(structOf(found.outputs));
      response.setInputs(structOf(asTheyAreNow(wireProperties(request.getInputs()), outputs, found.outputs)));
      return response;
    },

    async update(request: provider.UpdateRequest) {
      const response = new provider.UpdateResponse();
      const resource = identity(request);
      const outputs = await plainProperties(request.getOlds());
      if (request.getPreview()) {
        const { renewed } = handlerOf(handlers, resource);
        const notKnownYet = Object.fromEntries(renewed.map((output) => [output, unknownValue]));
        response.setProperties(
          structOf({ ...outputs, ...notKnownYet, ...wireProperties(request.getNews()) }),
        );
        return response;
      }
      const inputs = await plainProperties(request.getNews());
      const updated = await handlerOf(handlers, resource).update(
        { id: request.getId(), outputs },
        { ...resource, inputs },
      );
      made.put(resource.type, { ...updated, inputs: wireProperties(request.getNews()) });
      response.setProperties(structOf(updated.outputs));
      return response;
    },

    async delete(request: provider.DeleteRequest) {
      const handler = handlerOf(handlers, identity(request));
      const existing = { id: request.getId(), outputs: await plainProperties(request.getProperties()) };
      // What went with the resource that contained it is deleted.
      if (await handler.read(existing)) await handler.delete(existing);
      made.delete(request.getType(), request.getId());
    },
  };
}

interface Identified {
  getType(): string;
  getName(): string;
}

const identity = (request: Identified) => ({ type: request.getType(), name: request.getName() });

/** At most as many ids as a line has room for. */
const mostIds = 5;

function unknownId(type: string, id: string, ids: readonly string[]): string {
  const others = ids.length > mostIds ? `, and ${ids.length - mostIds} more` : "";
  const has = ids.length === 0 ? "none" : `${ids.slice(0, mostIds).join(", ")}${others}`;
  return `import_unknown: the local cloud has no ${type} with the id ${JSON.stringify(id)}. It takes the ids that a state has, and has ${has}.`;
}

const pathText = (path: InputProblem["path"]) =>
  path.reduce<string>((text, key) => (typeof key === "number" ? `${text}[${key}]` : joinPath(text, key)), "");

function failure(property: string, reason: string): provider.CheckFailure {
  const found = new provider.CheckFailure();
  found.setProperty(property);
  found.setReason(reason);
  return found;
}

/** Which inputs the provider chose and not the program; noted among them, as AWS's provider does. */
function defaulted(inputs: WireProperties): readonly unknown[] {
  return Array.isArray(inputs.__defaults) ? inputs.__defaults : [];
}

/** The inputs with a name where the program gives none: the old one while the resource lives. */
function withName(request: provider.CheckRequest): WireProperties {
  const [olds, news] = [wireProperties(request.getOlds()), wireProperties(request.getNews())];
  const seed = request.getRandomseed_asU8();
  const named = autoname({ ...identity(request), inputs: news }, seed.length > 0 ? seed : randomBytes(32));
  if (!named) return news;
  const kept = defaulted(olds).includes(named.input) ? olds[named.input] : undefined;
  return { ...news, [named.input]: kept ?? named.value, __defaults: [named.input] };
}

/** Inputs in which what has changed behind the engine's back is as it was found, so that the program's own wins again. */
function asTheyAreNow(
  inputs: WireProperties,
  known: Readonly<Record<string, unknown>>,
  found: Readonly<Record<string, unknown>>,
): WireProperties {
  const entries = Object.entries(inputs).map(([name, given]) => {
    const changed = name in found && !isDeepStrictEqual(known[name], found[name]);
    return [name, changed ? found[name] : given];
  });
  return Object.fromEntries(entries);
}

const { Kind } = provider.PropertyDiff;
const kinds = {
  add: [Kind.ADD, Kind.ADD_REPLACE],
  delete: [Kind.DELETE, Kind.DELETE_REPLACE],
  update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
} as const;

function propertyDiff({ kind }: PropertyChange, replaces: boolean): provider.PropertyDiff {
  const diff = new provider.PropertyDiff();
  diff.setKind(kinds[kind][replaces ? 1 : 0]);
  diff.setInputdiff(true);
  return diff;
}
