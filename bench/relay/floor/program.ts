import { join } from "node:path";
import * as apigatewayv2 from "@pulumi/aws/apigatewayv2/index.js";
import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as iam from "@pulumi/aws/iam/index.js";
import * as lambda from "@pulumi/aws/lambda/index.js";
import * as pulumi from "@pulumi/pulumi";
import { build } from "esbuild";
import { bundleOptions } from "../../../components/bundle-options.ts";
import { allow, assumableBy } from "../../../components/policy-document.ts";
import { credentialsFromEnvironment } from "./credentials-from-environment.ts";

// The least that relays a frame on this architecture: one route, one function, one call. The function's
// memory, its log group, the throttle and the access log are those of Synapse-D's relay.

const stageName = "v1";
const retentionInDays = 1;

const api = new apigatewayv2.Api("floor", {
  protocolType: "WEBSOCKET",
  routeSelectionExpression: "$request.body.action",
});
export const url = pulumi.interpolate`${api.apiEndpoint}/${stageName}`;

const logGroup = new cloudwatch.LogGroup("Floor", { name: "/floor/Floor", retentionInDays });
const role = new iam.Role("Floor", { assumeRolePolicy: assumableBy("lambda.amazonaws.com") });
const grants = [
  new iam.RolePolicy("Floor-logs", {
    role: role.name,
    policy: allow({
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [pulumi.interpolate`${logGroup.arn}:*`],
    }),
  }),
  new iam.RolePolicy("Floor-post-to-connections", {
    role: role.name,
    policy: allow({
      actions: ["execute-api:ManageConnections"],
      resources: [pulumi.interpolate`${api.executionArn}/${stageName}/POST/@connections/*`],
    }),
  }),
];
const bundle = await build({
  ...bundleOptions,
  plugins: [credentialsFromEnvironment, ...(bundleOptions.plugins ?? [])],
  entryPoints: [join(import.meta.dirname, "handler.ts")],
});
export const handlerCode = bundle.outputFiles[0]?.text ?? "";

const relay = new lambda.Function(
  "Floor",
  {
    role: role.arn,
    runtime: "nodejs24.x",
    architectures: ["arm64"],
    handler: "index.handler",
    code: new pulumi.asset.AssetArchive({ "index.mjs": new pulumi.asset.StringAsset(handlerCode) }),
    memorySize: 512,
    timeout: 10,
    environment: { variables: { CONNECTIONS_URL: url.apply((address) => address.replace(/^ws/, "http")) } },
    loggingConfig: { logFormat: "Text", logGroup: logGroup.name },
  },
  { dependsOn: grants },
);
const integration = new apigatewayv2.Integration("floor", {
  apiId: api.id,
  integrationType: "AWS_PROXY",
  integrationUri: relay.invokeArn,
});
const route = new apigatewayv2.Route("floor", {
  apiId: api.id,
  routeKey: "RELAY",
  target: pulumi.interpolate`integrations/${integration.id}`,
});
new lambda.Permission("Floor", {
  function: relay.name,
  action: "lambda:InvokeFunction",
  principal: "apigateway.amazonaws.com",
  sourceArn: pulumi.interpolate`${api.executionArn}/${stageName}/RELAY`,
});
const deployment = new apigatewayv2.Deployment("floor", { apiId: api.id }, { dependsOn: [route] });
const accessLog = new cloudwatch.LogGroup("floor-access", { name: "/floor/access", retentionInDays });
new apigatewayv2.Stage("floor", {
  apiId: api.id,
  name: stageName,
  deploymentId: deployment.id,
  defaultRouteSettings: {
    throttlingRateLimit: 2_000,
    throttlingBurstLimit: 1_000,
    detailedMetricsEnabled: true,
    dataTraceEnabled: false,
  },
  accessLogSettings: {
    destinationArn: accessLog.arn,
    format: JSON.stringify({
      requestId: "$context.requestId",
      connectionId: "$context.connectionId",
      eventType: "$context.eventType",
      routeKey: "$context.routeKey",
      status: "$context.status",
      requestTime: "$context.requestTimeEpoch",
      integrationStatus: "$context.integration.status",
      integrationLatency: "$context.integration.latency",
      error: "$context.error.responseType",
    }),
  },
});
