import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { protect } from "./small-function.ts";

export interface OrderApiArgs {
  readonly handler: aws.lambda.Function;
  readonly keyArn: pulumi.Input<string>;
  readonly certificateArn: string;
}

/** An HTTP API for customers with a JWT, from the pages of one origin. */
export function orderApi({ handler, keyArn, certificateArn }: OrderApiArgs): void {
  const api = new aws.apigatewayv2.Api("orders", {
    protocolType: "HTTP",
    disableExecuteApiEndpoint: true,
    corsConfiguration: { allowOrigins: ["https://shop.example.com"], allowMethods: ["GET"] },
  });
  const authorizer = new aws.apigatewayv2.Authorizer("orders", {
    apiId: api.id,
    authorizerType: "JWT",
    identitySources: ["$request.header.Authorization"],
    jwtConfiguration: { issuer: "https://issuer.example.com/", audiences: ["orders"] },
  });
  const integration = new aws.apigatewayv2.Integration("orders", {
    apiId: api.id,
    integrationType: "AWS_PROXY",
    integrationUri: handler.invokeArn,
    payloadFormatVersion: "2.0",
  });
  new aws.apigatewayv2.Route("orders", {
    apiId: api.id,
    routeKey: "GET /orders",
    target: pulumi.interpolate`integrations/${integration.id}`,
    authorizationType: "JWT",
    authorizerId: authorizer.id,
  });
  new aws.lambda.Permission("orders", {
    function: handler.name,
    action: "lambda:InvokeFunction",
    principal: "apigateway.amazonaws.com",
    sourceArn: pulumi.interpolate`${api.executionArn}/live/GET/orders`,
  });
  const logs = new aws.cloudwatch.LogGroup("orders-access", { retentionInDays: 30, kmsKeyId: keyArn });
  protect("orders-access", logs);
  const stage = new aws.apigatewayv2.Stage("orders", {
    apiId: api.id,
    name: "live",
    autoDeploy: true,
    defaultRouteSettings: {
      throttlingRateLimit: 100,
      throttlingBurstLimit: 50,
      detailedMetricsEnabled: true,
      dataTraceEnabled: false,
    },
    accessLogSettings: {
      destinationArn: logs.arn,
      format: JSON.stringify({ requestId: "$context.requestId", status: "$context.status" }),
    },
  });
  const domain = new aws.apigatewayv2.DomainName("orders", {
    domainName: "orders.example.com",
    domainNameConfiguration: { certificateArn, endpointType: "REGIONAL", securityPolicy: "TLS_1_2" },
  });
  new aws.apigatewayv2.ApiMapping("orders", {
    apiId: api.id,
    domainName: domain.domainName,
    stage: stage.name,
  });
}
