import type { AccessLog } from "../access-log.ts";
import type { RequestHandler } from "./handle-request.ts";

/** The parts of a REST API as API Gateway's control plane knows them. Keys are the ids or names in use there. */
export interface ApiDefinition {
  readonly resources: Map<string, Resource>;
  /** Key: `methodKey(resourceId, httpMethod)`; so for the three maps below. */
  readonly methods: Map<string, Method>;
  readonly integrations: Map<string, Integration>;
  /** Key: method key, then `" "` and the status code. */
  readonly methodResponses: Map<string, MethodResponse>;
  readonly integrationResponses: Map<string, IntegrationResponse>;
  /** By name. */
  readonly models: Map<string, Model>;
  readonly requestValidators: Map<string, RequestValidator>;
  /** By response type, such as `DEFAULT_4XX`. */
  readonly gatewayResponses: Map<string, GatewayResponse>;
  /** The resource policy, as JSON text. Without one, anyone may call. */
  policy?: string | undefined;
}

export interface Resource {
  readonly id: string;
  readonly parentId?: string;
  /** Empty for the root. */
  readonly pathPart: string;
  /** `/` for the root, else `/parent/part`. */
  readonly path: string;
}

export interface Method {
  readonly resourceId: string;
  /** A verb, or ANY. */
  readonly httpMethod: string;
  /** Content type, or `$default`, → model name. */
  readonly requestModels: Readonly<Record<string, string>>;
  /** `method.request.<header|querystring|path>.<name>` → required. */
  readonly requestParameters: Readonly<Record<string, boolean>>;
  readonly requestValidatorId?: string;
}

export type PassthroughBehavior = "WHEN_NO_MATCH" | "WHEN_NO_TEMPLATES" | "NEVER";

export type Integration =
  | { readonly type: "AWS_PROXY"; readonly functionArn: string; readonly timeoutMilliseconds: number }
  | {
      readonly type: "MOCK";
      readonly passthroughBehavior: PassthroughBehavior;
      /** Content type → Velocity template. */
      readonly requestTemplates: Readonly<Record<string, string>>;
    };

export interface MethodResponse {
  /** `method.response.header.<name>` → required. */
  readonly responseParameters: Readonly<Record<string, boolean>>;
}

export interface IntegrationResponse {
  readonly statusCode: string;
  /** A pattern of the integration's status; without it, the default response. */
  readonly selectionPattern?: string;
  /** `method.response.header.<name>` → `'static'`. */
  readonly responseParameters: Readonly<Record<string, string>>;
  /** Content type → Velocity template. */
  readonly responseTemplates: Readonly<Record<string, string>>;
}

export interface Model {
  readonly name: string;
  readonly contentType: string;
  /** JSON Schema draft 4, as JSON. */
  readonly schema: string;
}

export interface RequestValidator {
  readonly validateRequestBody: boolean;
  readonly validateRequestParameters: boolean;
}

export interface GatewayResponse {
  readonly statusCode?: number;
  /** Content type → text with `$context.…` and `$stageVariables.…` in it. */
  readonly responseTemplates: Readonly<Record<string, string>>;
  /** `gatewayresponse.header.<name>` → `'static'` or `method.request.<header|querystring|path>.<name>`. */
  readonly responseParameters: Readonly<Record<string, string>>;
}

/** A deployment: what was defined when it was made, ready to serve. */
export interface Deployment {
  readonly id: string;
  readonly handle: RequestHandler;
}

export interface Stage {
  readonly name: string;
  readonly deploymentId: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly accessLog?: AccessLog | undefined;
  readonly isTraced?: boolean | undefined;
}

export const methodKey = (resourceId: string, httpMethod: string) => `${resourceId} ${httpMethod}`;

export const responseKey = (resourceId: string, httpMethod: string, statusCode: string) =>
  `${methodKey(resourceId, httpMethod)} ${statusCode}`;

/** A definition with nothing in it but the root resource. */
export function emptyDefinition(rootResourceId: string): ApiDefinition {
  return {
    resources: new Map([[rootResourceId, { id: rootResourceId, pathPart: "", path: "/" }]]),
    methods: new Map(),
    integrations: new Map(),
    methodResponses: new Map(),
    integrationResponses: new Map(),
    models: new Map(),
    requestValidators: new Map(),
    gatewayResponses: new Map(),
  };
}
