import { beforeAll, expect, test } from "@jest/globals";
import { inventory, only, type Recorded, recordedProgram } from "../recorded-program.ts";
import { declareWholeProgram, wholeProgram } from "../whole-program.ts";

let recorded: Recorded[];

beforeAll(async () => {
  ({ recorded } = await wholeProgram());
});

test("nine routes and the preflights of eight are all there is to call, and bodies are validated", () => {
  const methods = recorded.filter(({ type }) => type === "aws:apigateway/method:Method");
  const shared = { restApi: "billing-id", authorization: "NONE" };
  const validated = { ...shared, requestValidatorId: "billing-id" };
  expect(methods.map(({ inputs }) => inputs)).toEqual([
    { ...shared, resourceId: "plans-id", httpMethod: "GET" },
    { ...shared, resourceId: "plans-id", httpMethod: "OPTIONS" },
    { ...shared, resourceId: "portal-id", httpMethod: "OPTIONS" },
    {
      ...validated,
      resourceId: "portal-id",
      httpMethod: "POST",
      requestModels: { "application/json": "PortalRequest" },
    },
    { ...shared, resourceId: "proofs-id", httpMethod: "OPTIONS" },
    {
      ...validated,
      resourceId: "proofs-id",
      httpMethod: "POST",
      requestModels: { "application/json": "ProofRequest" },
    },
    {
      ...validated,
      resourceId: "stripe-webhook-id",
      httpMethod: "POST",
      requestModels: { "application/json": "StripeEvent" },
    },
    { ...shared, resourceId: "subscription-id", httpMethod: "GET" },
    { ...shared, resourceId: "subscription-id", httpMethod: "OPTIONS" },
    ...["Cancel", "Change", "Resume"].map((name) => ({
      ...validated,
      resourceId: `subscription-${name.toLowerCase()}-id`,
      httpMethod: "POST",
      requestModels: { "application/json": `${name}Request` },
    })),
    ...["cancel", "change", "resume"].map((name) => ({
      ...shared,
      resourceId: `subscription-${name}-id`,
      httpMethod: "OPTIONS",
    })),
    { ...shared, resourceId: "subscriptions-id", httpMethod: "OPTIONS" },
    {
      ...validated,
      resourceId: "subscriptions-id",
      httpMethod: "POST",
      requestModels: { "application/json": "SubscriptionRequest" },
    },
  ]);
});

test("the webhook is at a path of two segments", () => {
  const resources = recorded.filter(({ type }) => type === "aws:apigateway/resource:Resource");
  expect(resources.map(({ inputs }) => [inputs.parentId, inputs.pathPart])).toEqual([
    ["root", "plans"],
    ["root", "portal"],
    ["root", "proofs"],
    ["root", "stripe"],
    ["stripe-id", "webhook"],
    ["root", "subscription"],
    ["subscription-id", "cancel"],
    ["subscription-id", "change"],
    ["subscription-id", "resume"],
    ["root", "subscriptions"],
  ]);
});

test("the model that API Gateway validates comes from the handler's own schema", () => {
  expect(JSON.parse(String(only(recorded, "aws:apigateway/model:Model", "ProofRequest").schema))).toEqual({
    $schema: "http://json-schema.org/draft-04/schema#",
    type: "object",
    properties: {
      channel: { type: "string", pattern: "^[a-zA-Z0-9_.-]{1,256}$" },
      role: { enum: ["MASTER", "VIEWER", "PEER"], type: "string" },
      clientId: { type: "string", pattern: "^[a-zA-Z0-9_.-]{1,256}$" },
    },
    required: ["channel", "role"],
    additionalProperties: false,
  });
});

test("without a free plan and a shared tenant their variables are empty", () => {
  expect(only(recorded, "aws:lambda/function:Function", "IssueProofHandler").environment).toEqual({
    variables: {
      PROOFS_TABLE: "proofs",
      CLAIMS_TABLE: "claims",
      SIGNALING_URL: "wss://signaling.example.com/v1",
      OIDC_ISSUER: "https://issuer.example.com/",
      OIDC_AUDIENCE: "synapse-d",
      TENANT_CLAIM: "org",
      SHARED_TENANT: "",
      LOOPBACK_ISSUER: "false",
      FREE_PLAN: "",
      CORS_ORIGINS: '["https://app.example.com","https://admin.example.com"]',
      CUSTOMERS_TABLE: "customers",
      PLANS:
        '{"team":{"name":"Team","priceId":"price_1","group":"default","limits":{"maxFrameBytes":32768,"framesPerSecond":200,"peersPerChannel":100,"mailboxDepth":1024,"messageTtlSeconds":90}}}',
      TURN_URLS: "",
      TURN_SECRET_ARN: "",
    },
  });
});

test("every refusal of the gateway itself has a code of its own", () => {
  const responses = recorded.filter(({ type }) => type === "aws:apigateway/response:Response");
  const codes = responses.map(({ inputs }) => {
    const template = String((inputs.responseTemplates as Record<string, string>)["application/json"]);
    return [inputs.responseType, inputs.statusCode, /"code":"(\w+)"/.exec(template)?.[1]];
  });
  expect(codes).toEqual([
    ["BAD_REQUEST_BODY", "400", "body_invalid"],
    ["BAD_REQUEST_PARAMETERS", "400", "parameters_invalid"],
    ["DEFAULT_4XX", undefined, "refused"],
    ["DEFAULT_5XX", undefined, "internal"],
    ["INTEGRATION_TIMEOUT", "504", "timeout"],
    ["MISSING_AUTHENTICATION_TOKEN", "404", "route_unknown"],
    ["REQUEST_TOO_LARGE", "413", "body_too_large"],
    ["THROTTLED", "429", "too_many_requests"],
    ["UNSUPPORTED_MEDIA_TYPE", "415", "media_type_unsupported"],
  ]);
});

test("the stage and the method are throttled, and nothing traces bodies", () => {
  const settings = recorded.filter(({ type }) => type === "aws:apigateway/methodSettings:MethodSettings");
  expect(settings.map(({ inputs }) => [inputs.methodPath, inputs.settings])).toEqual([
    [
      "*/*",
      { throttlingRateLimit: 200, throttlingBurstLimit: 400, metricsEnabled: true, dataTraceEnabled: false },
    ],
    [
      "plans/GET",
      { throttlingRateLimit: 100, throttlingBurstLimit: 200, metricsEnabled: true, dataTraceEnabled: false },
    ],
    [
      "portal/POST",
      { throttlingRateLimit: 20, throttlingBurstLimit: 50, metricsEnabled: true, dataTraceEnabled: false },
    ],
    [
      "proofs/POST",
      { throttlingRateLimit: 100, throttlingBurstLimit: 200, metricsEnabled: true, dataTraceEnabled: false },
    ],
    [
      "stripe~1webhook/POST",
      { throttlingRateLimit: 100, throttlingBurstLimit: 200, metricsEnabled: true, dataTraceEnabled: false },
    ],
    [
      "subscription/GET",
      { throttlingRateLimit: 100, throttlingBurstLimit: 200, metricsEnabled: true, dataTraceEnabled: false },
    ],
    [
      "subscription~1cancel/POST",
      { throttlingRateLimit: 20, throttlingBurstLimit: 50, metricsEnabled: true, dataTraceEnabled: false },
    ],
    [
      "subscription~1change/POST",
      { throttlingRateLimit: 20, throttlingBurstLimit: 50, metricsEnabled: true, dataTraceEnabled: false },
    ],
    [
      "subscription~1resume/POST",
      { throttlingRateLimit: 20, throttlingBurstLimit: 50, metricsEnabled: true, dataTraceEnabled: false },
    ],
    [
      "subscriptions/POST",
      { throttlingRateLimit: 20, throttlingBurstLimit: 50, metricsEnabled: true, dataTraceEnabled: false },
    ],
  ]);
  expect(inventory(recorded)).toContain("billing-access LogGroup");
});

test("a deployment is made anew when any part of the API changes", async () => {
  const trigger = (resources: readonly Recorded[]) =>
    only(resources, "aws:apigateway/deployment:Deployment", "billing").triggers;
  expect(trigger(await recordedProgram(() => declareWholeProgram()))).toEqual(trigger(recorded));
  const other = await recordedProgram(() => declareWholeProgram(["https://other.example.com"]));
  expect(trigger(other)).not.toEqual(trigger(recorded));
  expect(trigger(other)).toEqual({ parts: expect.stringMatching(/^[0-9a-f]{64}$/) });
});
