import { join } from "node:path";
import * as apigateway from "@pulumi/aws/apigateway/index.js";
import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as iam from "@pulumi/aws/iam/index.js";
import * as lambda from "@pulumi/aws/lambda/index.js";
import * as pulumi from "@pulumi/pulumi";
import { build } from "esbuild";
import { bundleOptions } from "../../../components/bundle-options.ts";
import { allow, assumableBy } from "../../../components/policy-document.ts";
import { webhookSecret } from "../webhook-secret.ts";

// The least that takes a webhook on this architecture: one method, one function, no call. The function's memory, its
// log group and the throttle are those of Synapse-D's webhook.

const stageName = "v1";

const logGroup = new cloudwatch.LogGroup("Floor", { name: "/floor/Floor", retentionInDays: 1 });
const role = new iam.Role("Floor", { assumeRolePolicy: assumableBy("lambda.amazonaws.com") });
const grant = new iam.RolePolicy("Floor-logs", {
  role: role.name,
  policy: allow({
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    resources: [pulumi.interpolate`${logGroup.arn}:*`],
  }),
});
const bundle = await build({ ...bundleOptions, entryPoints: [join(import.meta.dirname, "handler.ts")] });
export const handlerCode = bundle.outputFiles[0]?.text ?? "";

const taker = new lambda.Function(
  "Floor",
  {
    role: role.arn,
    runtime: "nodejs24.x",
    architectures: ["arm64"],
    handler: "index.handler",
    code: new pulumi.asset.AssetArchive({ "index.mjs": new pulumi.asset.StringAsset(handlerCode) }),
    memorySize: 512,
    timeout: 10,
    environment: { variables: { WEBHOOK_SECRET: webhookSecret } },
    loggingConfig: { logFormat: "Text", logGroup: logGroup.name },
  },
  { dependsOn: [grant] },
);
const api = new apigateway.RestApi("floor", { endpointConfiguration: { types: "REGIONAL" } });
const resource = new apigateway.Resource("floor", {
  restApi: api.id,
  parentId: api.rootResourceId,
  pathPart: "webhook",
});
const method = new apigateway.Method("floor", {
  restApi: api.id,
  resourceId: resource.id,
  httpMethod: "POST",
  authorization: "NONE",
});
const integration = new apigateway.Integration("floor", {
  restApi: api.id,
  resourceId: resource.id,
  httpMethod: method.httpMethod,
  type: "AWS_PROXY",
  integrationHttpMethod: "POST",
  uri: taker.invokeArn,
  passthroughBehavior: "NEVER",
});
new lambda.Permission("Floor", {
  function: taker.name,
  action: "lambda:InvokeFunction",
  principal: "apigateway.amazonaws.com",
  sourceArn: pulumi.interpolate`${api.executionArn}/${stageName}/POST/webhook`,
});
const deployment = new apigateway.Deployment("floor", { restApi: api.id }, { dependsOn: [integration] });
const stage = new apigateway.Stage("floor", { restApi: api.id, deployment: deployment.id, stageName });
new apigateway.MethodSettings("floor", {
  restApi: api.id,
  stageName: stage.stageName,
  methodPath: "webhook/POST",
  settings: {
    throttlingRateLimit: 100,
    throttlingBurstLimit: 200,
    metricsEnabled: true,
    dataTraceEnabled: false,
  },
});

export const url = pulumi.interpolate`${stage.invokeUrl}/webhook`;
