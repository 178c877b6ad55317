import * as aws from "../../../policies/aws.ts";
import { type Declared, json, ref } from "../declare-stack.ts";
import { ruleTest } from "../rule-test.ts";

const method = (inputs: object): Declared => [aws.restMethod, "method", { ...inputs }];

const schema = json({ type: "object", properties: { id: { type: "string" } } });

ruleTest("rest-request-is-validated", {
  breaks: {
    "a body that nothing describes": [
      [method({ httpMethod: "POST" })],
      ["method: Set requestValidatorId.", "method: Set requestModels."],
    ],
    "a validator of parameters alone": [
      [[aws.restValidator, "validator", { validateRequestParameters: true }]],
      ["validator: Set validateRequestBody: true."],
    ],
    "a model without a schema": [
      [[aws.restModel, "model", { schema: json({ type: "object" }) }]],
      ["model: Set schema, a JSON Schema with properties."],
    ],
  },
  keeps: {
    "a model and a validator, and a method without a body": [
      [aws.restModel, "model", { schema }],
      [aws.restValidator, "validator", { validateRequestBody: true, validateRequestParameters: true }],
      method({
        httpMethod: "POST",
        requestValidatorId: ref("validator", "id"),
        requestModels: { "application/json": ref("model", "name") },
      }),
      [aws.restMethod, "get", { httpMethod: "GET" }],
    ],
  },
});

ruleTest("rest-api-has-a-firewall", {
  breaks: {
    "a stage without a web ACL": [
      [[aws.restStage, "live"]],
      ["live: Add a WebAclAssociation with the stage's ARN."],
    ],
  },
  keeps: {
    "an associated web ACL": [
      [aws.restStage, "live"],
      [aws.firewall, "acl"],
      [aws.firewallAssociation, "association", { resourceArn: ref("live"), webAclArn: ref("acl") }],
    ],
  },
});

ruleTest("rest-api-has-a-resource-policy", {
  breaks: { "no policy": [[[aws.restApi, "api"]], ["api: Set policy, or add a RestApiPolicy."]] },
  keeps: {
    "a policy of its own, and one beside it": [
      [aws.restApi, "a", { policy: json({ Statement: [] }) }],
      [aws.restApi, "b"],
      [aws.restApiPolicy, "b-policy", { restApiId: ref("b", "id") }],
    ],
  },
});

ruleTest("rest-api-is-regional", {
  breaks: {
    "an unstated endpoint, and an edge": [
      [
        [aws.restApi, "a"],
        [aws.restApi, "b", { endpointConfiguration: { types: "EDGE" } }],
      ],
      [
        'a: Set endpointConfiguration: { types: "REGIONAL" }.',
        'b: Set endpointConfiguration: { types: "REGIONAL" }.',
      ],
    ],
  },
  keeps: {
    "a regional one; older providers keep a list": [
      [aws.restApi, "a", { endpointConfiguration: { types: "REGIONAL" } }],
      [aws.restApi, "b", { endpointConfiguration: { types: ["PRIVATE"] } }],
    ],
  },
});

ruleTest("rest-stage-is-traced", {
  breaks: { "no tracing": [[[aws.restStage, "live"]], ["live: Set xrayTracingEnabled: true."]] },
  keeps: { tracing: [[aws.restStage, "live", { xrayTracingEnabled: true }]] },
});

ruleTest("rest-stage-caches", {
  breaks: { "no cache": [[[aws.restStage, "live"]], ["live: Set cacheClusterEnabled: true."]] },
  keeps: { "a cache": [[aws.restStage, "live", { cacheClusterEnabled: true }]] },
});

ruleTest("cors-names-its-origins", {
  breaks: {
    "a star in each place where it can stand": [
      [
        [aws.v2Api, "api", { corsConfiguration: { allowOrigins: ["*"], allowCredentials: true } }],
        [aws.functionUrl, "url", { cors: { allowOrigins: ["*"] } }],
        [
          aws.restIntegrationResponse,
          "preflight",
          { responseParameters: { "method.response.header.Access-Control-Allow-Origin": "'*'" } },
        ],
        [
          "aws:apigateway/response:Response",
          "refusal",
          { responseParameters: { "gatewayresponse.header.access-control-allow-origin": "'*'" } },
        ],
      ],
      ["api", "url", "preflight", "refusal"].map((name) => `${name}: Name the origins instead of *.`),
    ],
  },
  keeps: {
    "named origins, and none": [
      [aws.v2Api, "api", { corsConfiguration: { allowOrigins: ["https://app.example.com"] } }],
      [aws.functionUrl, "url"],
    ],
  },
});

ruleTest("domain-requires-tls-1-2", {
  breaks: {
    "TLS 1.0, stated or by default": [
      [
        [aws.restDomain, "a"],
        [aws.restDomain, "b", { securityPolicy: "TLS_1_0" }],
      ],
      ['a: Set securityPolicy: "TLS_1_2".', 'b: Set securityPolicy: "TLS_1_2".'],
    ],
  },
  keeps: {
    "TLS 1.2, and a newer policy": [
      [aws.restDomain, "a", { securityPolicy: "SecurityPolicy_TLS13_1_3_2025_09" }],
      [aws.v2Domain, "b", { domainNameConfiguration: { securityPolicy: "TLS_1_2" } }],
    ],
  },
});

ruleTest("custom-domain-closes-the-default-endpoint", {
  breaks: {
    "two addresses, of either kind of API": [
      [
        [aws.restApi, "rest"],
        [aws.basePathMapping, "a", { restApi: ref("rest", "id") }],
        [aws.v2Api, "socket"],
        [aws.v2ApiMapping, "b", { apiId: ref("socket", "id") }],
      ],
      ["rest: Set disableExecuteApiEndpoint: true.", "socket: Set disableExecuteApiEndpoint: true."],
    ],
    "a REST API behind a mapping of version 2": [
      [
        [aws.restApi, "rest"],
        [aws.v2ApiMapping, "a", { apiId: ref("rest", "id") }],
      ],
      ["rest: Set disableExecuteApiEndpoint: true."],
    ],
  },
  keeps: {
    "one address": [
      [aws.restApi, "rest", { disableExecuteApiEndpoint: true }],
      [aws.basePathMapping, "a", { restApi: ref("rest", "id") }],
      [aws.v2Api, "no-domain"],
    ],
  },
});
