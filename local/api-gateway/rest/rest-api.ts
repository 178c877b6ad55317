import { localArn } from "../../account.ts";
import {
  type ApiDefinition,
  type Deployment,
  emptyDefinition,
  type Integration,
  type IntegrationResponse,
  type Method,
  type MethodResponse,
  type Model,
  methodKey,
  type RequestValidator,
  type Resource,
  responseKey,
  type Stage,
} from "./api-definition.ts";
import { type HandlerServices, requestHandler } from "./handle-request.ts";
import { compileDraft4 } from "./json-schema-draft-4.ts";
import { resourcePolicy } from "./resource-policy.ts";
import { StageThrottle } from "./stage-throttle.ts";
import { checkTemplate } from "./velocity.ts";

export interface RestApiServices extends Omit<HandlerServices, "executionArn"> {
  /** 10 letters and digits, never the same twice. */
  readonly newId: () => string;
}

/**
 * One REST API: a definition that can change at any time, deployments that no longer do, and stages that
 * serve a deployment. Every method throws an error that says what does not exist or does not fit.
 */
export class RestApi {
  readonly id: string;
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly rootResourceId: string;
  readonly executionArn: string;
  /** Changed in place by the resource handlers of simple parts. */
  readonly definition: ApiDefinition;
  readonly #deployments = new Map<string, Deployment>();
  readonly #stages = new Map<string, { readonly stage: Stage; readonly throttle: StageThrottle }>();
  readonly #services: RestApiServices;

  constructor(id: string, url: string, services: RestApiServices) {
    this.id = id;
    this.url = url;
    this.rootResourceId = services.newId();
    this.executionArn = localArn("execute-api", id);
    this.definition = emptyDefinition(this.rootResourceId);
    this.#services = services;
  }

  createResource(parentId: string, pathPart: string): Resource {
    return this.#putResource(this.#services.newId(), parentId, pathPart);
  }

  /** Gives the resource, and with it everything below it, another place. */
  moveResource(id: string, parentId: string, pathPart: string): Resource {
    const { resources } = this.definition;
    found(resources, id, "resource");
    for (let above = resources.get(parentId); above; above = resources.get(above.parentId ?? "")) {
      if (above.id === id) throw new Error("a resource cannot be below itself");
    }
    const moved = this.#putResource(id, parentId, pathPart);
    for (const child of [...resources.values()]) {
      if (child.parentId === id) this.moveResource(child.id, id, child.pathPart);
    }
    return moved;
  }

  #putResource(id: string, parentId: string, pathPart: string): Resource {
    const { resources } = this.definition;
    const parent = found(resources, parentId, "resource");
    if (!/^([a-zA-Z0-9._:-]+|\{[a-zA-Z0-9._:-]+\+?\})$/.test(pathPart)) {
      throw new Error(`path part "${pathPart}" is wrong: expected letters, digits, . _ - : or {parameter}`);
    }
    const path = `${parent.path === "/" ? "" : parent.path}/${pathPart}`;
    if ([...resources.values()].some((other) => other.path === path && other.id !== id)) {
      throw new Error(`another resource has the path ${path} already`);
    }
    const resource = { id, parentId, pathPart, path };
    resources.set(id, resource);
    return resource;
  }

  /** Removes the resource and everything below it. */
  deleteResource(id: string): void {
    const { resources, methods } = this.definition;
    for (const child of [...resources.values()].filter(({ parentId }) => parentId === id)) {
      this.deleteResource(child.id);
    }
    for (const { resourceId, httpMethod } of [...methods.values()]) {
      if (resourceId === id) this.deleteMethod(resourceId, httpMethod);
    }
    resources.delete(id);
  }

  putMethod(method: Method): void {
    const { resources, models, requestValidators, methods } = this.definition;
    found(resources, method.resourceId, "resource");
    for (const model of Object.values(method.requestModels)) found(models, model, "model");
    if (method.requestValidatorId !== undefined) {
      found(requestValidators, method.requestValidatorId, "request validator");
    }
    methods.set(methodKey(method.resourceId, method.httpMethod), method);
  }

  /** Removes the method with its integration and responses. */
  deleteMethod(resourceId: string, httpMethod: string): void {
    const key = methodKey(resourceId, httpMethod);
    const { methods, integrations, methodResponses, integrationResponses } = this.definition;
    methods.delete(key);
    integrations.delete(key);
    for (const responses of [methodResponses, integrationResponses]) {
      for (const responseKey of [...responses.keys()]) {
        if (responseKey.startsWith(`${key} `)) responses.delete(responseKey);
      }
    }
  }

  putIntegration(resourceId: string, httpMethod: string, integration: Integration): void {
    const key = methodKey(resourceId, httpMethod);
    found(this.definition.methods, key, "method");
    if (integration.type === "MOCK") Object.values(integration.requestTemplates).forEach(checkTemplate);
    this.definition.integrations.set(key, integration);
  }

  putMethodResponse(
    resourceId: string,
    httpMethod: string,
    statusCode: string,
    response: MethodResponse,
  ): void {
    found(this.definition.methods, methodKey(resourceId, httpMethod), "method");
    this.definition.methodResponses.set(responseKey(resourceId, httpMethod, statusCode), response);
  }

  /** Needs the integration, and the method response that declares every header it maps. */
  putIntegrationResponse(resourceId: string, httpMethod: string, response: IntegrationResponse): void {
    const { integrations, methodResponses, integrationResponses } = this.definition;
    found(integrations, methodKey(resourceId, httpMethod), "integration");
    const key = responseKey(resourceId, httpMethod, response.statusCode);
    const declared = found(methodResponses, key, "method response").responseParameters;
    for (const parameter of Object.keys(response.responseParameters)) {
      if (!Object.hasOwn(declared, parameter)) {
        throw new Error(`Invalid mapping expression parameter specified: ${parameter}`);
      }
    }
    Object.values(response.responseTemplates).forEach(checkTemplate);
    integrationResponses.set(key, response);
  }

  /** Makes the model or changes it. Returns its id, which differs from its name. */
  putModel(model: Model): string {
    compileDraft4(model.schema);
    this.definition.models.set(model.name, model);
    return this.#services.newId();
  }

  createRequestValidator(validator: RequestValidator): string {
    const id = this.#services.newId();
    this.definition.requestValidators.set(id, validator);
    return id;
  }

  /** Sets the resource policy, or takes it away. Throws MalformedPolicyError for one that is not understood. */
  putPolicy(policy: string | undefined): void {
    resourcePolicy(policy);
    this.definition.policy = policy;
  }

  /** Makes a deployment of everything as it is now. */
  createDeployment(): Deployment {
    const { methods, integrations } = this.definition;
    if (methods.size === 0) throw new Error("The REST API doesn't contain any methods");
    for (const [key, { resourceId, httpMethod }] of methods) {
      const path = this.definition.resources.get(resourceId)?.path;
      if (!integrations.has(key)) throw new Error(`No integration defined for method ${httpMethod} ${path}`);
    }
    const services = { ...this.#services, executionArn: this.executionArn };
    const deployment = { id: this.#services.newId(), handle: requestHandler(this.definition, services) };
    this.#deployments.set(deployment.id, deployment);
    return deployment;
  }

  deleteDeployment(id: string): void {
    for (const { stage } of this.#stages.values()) {
      if (stage.deploymentId === id) {
        throw new Error(`stage ${stage.name} still points to deployment ${id}`);
      }
    }
    this.#deployments.delete(id);
  }

  hasDeployment(id: string): boolean {
    return this.#deployments.has(id);
  }

  stage(name: string): Stage | undefined {
    return this.#stages.get(name)?.stage;
  }

  /** Makes the stage or changes it; its throttles stay. Returns its URL. */
  putStage(stage: Stage): string {
    if (!/^[a-zA-Z0-9_-]{1,128}$/.test(stage.name)) throw new Error(`stage name "${stage.name}" is wrong`);
    found(this.#deployments, stage.deploymentId, "deployment");
    const throttle = this.#stages.get(stage.name)?.throttle ?? new StageThrottle();
    this.#stages.set(stage.name, { stage, throttle });
    return `${this.url}/${stage.name}`;
  }

  deleteStage(name: string): void {
    this.#stages.delete(name);
  }

  /** The throttles of a stage. */
  throttle(stageName: string): StageThrottle {
    return found(this.#stages, stageName, "stage").throttle;
  }

  /** What serves a stage, or `undefined` when there is no such stage. */
  serving(stageName: string) {
    const entry = this.#stages.get(stageName);
    const deployment = entry && this.#deployments.get(entry.stage.deploymentId);
    if (!deployment) return undefined;
    const { variables, accessLog, isTraced } = entry.stage;
    return { handle: deployment.handle, stage: { variables, isTraced, throttle: entry.throttle }, accessLog };
  }
}

function found<Value>(map: ReadonlyMap<string, Value>, key: string, what: string): Value {
  const value = map.get(key);
  if (value === undefined) throw new Error(`no ${what} "${key}" in this REST API`);
  return value;
}
