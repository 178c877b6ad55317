import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { protect } from "./small-function.ts";

export interface WebhookApiArgs {
  readonly handler: aws.lambda.Function;
  readonly keyArn: pulumi.Input<string>;
  readonly certificateArn: string;
}

/** A REST API that takes signed events of a payment provider, behind a firewall and a domain of its own. */
export function webhookApi({ handler, keyArn, certificateArn }: WebhookApiArgs): void {
  const api = new aws.apigateway.RestApi("webhook", {
    endpointConfiguration: { types: "REGIONAL" },
    disableExecuteApiEndpoint: true,
    policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource: "execute-api:/*" },
      ],
    }),
  });
  const restApi = api.id;
  const resource = new aws.apigateway.Resource("webhook", {
    restApi,
    parentId: api.rootResourceId,
    pathPart: "webhook",
  });
  const validator = new aws.apigateway.RequestValidator("webhook", {
    restApi,
    validateRequestBody: true,
    validateRequestParameters: true,
  });
  const model = new aws.apigateway.Model("event", {
    restApi,
    name: "Event",
    contentType: "application/json",
    schema: JSON.stringify({ type: "object", properties: { id: { type: "string" } } }),
  });
  const method = new aws.apigateway.Method("webhook", {
    restApi,
    resourceId: resource.id,
    httpMethod: "POST",
    authorization: "NONE",
    apiKeyRequired: true,
    requestValidatorId: validator.id,
    requestModels: { "application/json": model.name },
  });
  const integration = new aws.apigateway.Integration("webhook", {
    restApi,
    resourceId: resource.id,
    httpMethod: method.httpMethod,
    type: "AWS_PROXY",
    integrationHttpMethod: "POST",
    uri: handler.invokeArn,
  });
  new aws.lambda.Permission("webhook", {
    function: handler.name,
    action: "lambda:InvokeFunction",
    principal: "apigateway.amazonaws.com",
    sourceArn: pulumi.interpolate`${api.executionArn}/live/POST/webhook`,
  });
  const logs = new aws.cloudwatch.LogGroup("webhook-access", { retentionInDays: 30, kmsKeyId: keyArn });
  protect("webhook-access", logs);
  const deployment = new aws.apigateway.Deployment("webhook", { restApi }, { dependsOn: [integration] });
  const stage = new aws.apigateway.Stage("webhook", {
    restApi,
    deployment: deployment.id,
    stageName: "live",
    xrayTracingEnabled: true,
    accessLogSettings: {
      destinationArn: logs.arn,
      format: JSON.stringify({ requestId: "$context.requestId", status: "$context.status" }),
    },
  });
  new aws.apigateway.MethodSettings("webhook", {
    restApi,
    stageName: stage.stageName,
    methodPath: "*/*",
    settings: {
      throttlingRateLimit: 100,
      throttlingBurstLimit: 50,
      metricsEnabled: true,
      loggingLevel: "ERROR",
      dataTraceEnabled: false,
      cachingEnabled: false,
    },
  });
  nameIt(restApi, stage, certificateArn);
  guard(stage, keyArn);
}

function nameIt(
  restApi: pulumi.Output<string>,
  stage: aws.apigateway.Stage,
  regionalCertificateArn: string,
): void {
  const domain = new aws.apigateway.DomainName("webhook", {
    domainName: "webhook.orders.example.com",
    regionalCertificateArn,
    securityPolicy: "TLS_1_2",
    endpointConfiguration: { types: "REGIONAL" },
  });
  new aws.apigateway.BasePathMapping("webhook", {
    restApi,
    stageName: stage.stageName,
    domainName: domain.domainName,
  });
}

function guard(stage: aws.apigateway.Stage, kmsKeyId: pulumi.Input<string>): void {
  const visible = { cloudwatchMetricsEnabled: true, sampledRequestsEnabled: false };
  const acl = new aws.wafv2.WebAcl("webhook", {
    scope: "REGIONAL",
    defaultAction: { allow: {} },
    visibilityConfig: { ...visible, metricName: "webhook" },
    rules: [
      {
        name: "bad-inputs",
        priority: 0,
        overrideAction: { none: {} },
        statement: {
          managedRuleGroupStatement: {
            vendorName: "AWS",
            name: "AWSManagedRulesKnownBadInputsRuleSet",
          },
        },
        visibilityConfig: { ...visible, metricName: "bad-inputs" },
      },
    ],
  });
  new aws.wafv2.WebAclAssociation("webhook", { resourceArn: stage.arn, webAclArn: acl.arn });
  const name = "aws-waf-logs-webhook";
  const logs = new aws.cloudwatch.LogGroup("firewall", { name, retentionInDays: 30, kmsKeyId });
  protect("firewall", logs);
  new aws.wafv2.WebAclLoggingConfiguration("webhook", {
    resourceArn: acl.arn,
    logDestinationConfigs: [logs.arn],
  });
}
