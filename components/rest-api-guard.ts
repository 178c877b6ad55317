import * as apigateway from "@pulumi/aws/apigateway/index.js";
import * as wafv2 from "@pulumi/aws/wafv2/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { ApiParts } from "./api-parts.ts";
import { policyDocument } from "./policy-document.ts";

/** What stands before a REST API. */
export interface RestApiGuard {
  /** Addresses and ranges from which pages may call. Without it, all. */
  readonly allowedIps?: readonly string[] | undefined;
  /** A regional web ACL of AWS WAF. */
  readonly webAclArn?: string | undefined;
}

/**
 * The API's resource policy: anyone may call, and where addresses are listed, no other one the paths in
 * `closedPaths`. A deny wins, and without the allow nobody could call
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html).
 */
export function addResourcePolicy(
  parts: ApiParts,
  name: string,
  api: apigateway.RestApi,
  closedPaths: readonly string[],
  { allowedIps }: RestApiGuard,
): void {
  const invoke = { Principal: "*", Action: "execute-api:Invoke" };
  parts.add(apigateway.RestApiPolicy, name, {
    restApiId: api.id,
    policy: policyDocument([
      { Effect: "Allow", ...invoke, Resource: pulumi.interpolate`${api.executionArn}/*` },
      ...(allowedIps
        ? [
            {
              Effect: "Deny",
              ...invoke,
              Resource: closedPaths.map((path) => pulumi.interpolate`${api.executionArn}/*/*/${path}`),
              Condition: { NotIpAddress: { "aws:SourceIp": allowedIps } },
            },
          ]
        : []),
    ]),
  });
}

/** Has the web ACL, where there is one, see each request of the stage first. */
export function addFirewall(
  name: string,
  stage: apigateway.Stage,
  { webAclArn }: RestApiGuard,
  parent: pulumi.Resource,
): void {
  if (webAclArn === undefined) return;
  new wafv2.WebAclAssociation(name, { resourceArn: stage.arn, webAclArn }, { parent });
}
