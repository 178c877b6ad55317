import * as aws from "../../../policies/aws.ts";
import { type Declared, ref } from "../declare-stack.ts";
import { ruleTest } from "../rule-test.ts";

const socket: Declared = [aws.v2Api, "api", { protocolType: "WEBSOCKET" }];

const http: Declared = [aws.v2Api, "api", { protocolType: "HTTP" }];

const route = (name: string, routeKey: string, inputs: object = {}): Declared => [
  aws.v2Route,
  name,
  { apiId: ref("api", "id"), routeKey, ...inputs },
];

const custom = { authorizationType: "CUSTOM", authorizerId: ref("authorizer", "id") };

const authorizer: Declared = [
  aws.v2Authorizer,
  "authorizer",
  { apiId: ref("api", "id"), identitySources: ["x"] },
];

const method = (inputs: object): Declared => [aws.restMethod, "method", { ...inputs }];

const openMethod = "method: Set authorization, or exempt the method with the reason why it may be open.";

ruleTest("websocket-authorizes-connect", {
  breaks: {
    "a $connect that is open": [
      [socket, route("connect", "$connect", { authorizationType: "NONE" })],
      ['connect: Set authorizationType: "CUSTOM" with an authorizerId, or "AWS_IAM".'],
    ],
    "an API without $connect": [
      [socket, route("send", "SEND")],
      ["api: Add a $connect route that authorizes: without one, all may connect."],
    ],
    "JWT, which WebSocket APIs do not have": [
      [socket, route("connect", "$connect", { authorizationType: "JWT" })],
      ["connect: JWT is for HTTP APIs; verify the token in a REQUEST authorizer."],
    ],
  },
  keeps: {
    "an authorizer on $connect alone": [
      socket,
      authorizer,
      route("connect", "$connect", custom),
      route("send", "SEND"),
      route("rest", "$default"),
      route("gone", "$disconnect"),
    ],
    "IAM on $connect": [socket, route("connect", "$connect", { authorizationType: "AWS_IAM" })],
    "an HTTP API": [http, route("get", "GET /orders", { authorizationType: "JWT" })],
  },
});

ruleTest("http-route-is-authorized", {
  breaks: {
    "an open route": [
      [http, route("get", "GET /orders")],
      ["get: Set authorizationType, or exempt the route with the reason why it may be open."],
    ],
  },
  keeps: {
    "a JWT, and a preflight": [
      http,
      route("get", "GET /orders", { authorizationType: "JWT" }),
      route("preflight", "OPTIONS /orders"),
    ],
    "the routes of a WebSocket API": [socket, route("rest", "$default")],
  },
});

ruleTest("rest-method-is-authorized", {
  breaks: {
    "an open method": [[method({ httpMethod: "GET", authorization: "NONE" })], [openMethod]],
    "an unstated authorization": [[method({ httpMethod: "GET" })], [openMethod]],
  },
  keeps: {
    IAM: [method({ httpMethod: "GET", authorization: "AWS_IAM" })],
    "an API key": [method({ httpMethod: "GET", authorization: "NONE", apiKeyRequired: true })],
    "a preflight": [method({ httpMethod: "OPTIONS", authorization: "NONE" })],
  },
});

ruleTest("authorizer-is-wired", {
  breaks: {
    "an authorizer that no route names": [
      [socket, authorizer, route("connect", "$connect", { authorizationType: "AWS_IAM" })],
      ["authorizer: Name it in the authorizerId of a route or method, or remove it."],
    ],
    "custom authorization without an authorizer": [
      [
        socket,
        route("connect", "$connect", { authorizationType: "CUSTOM" }),
        method({ authorization: "CUSTOM" }),
      ],
      ["connect: Set authorizerId.", "method: Set authorizerId."],
    ],
    "an authorizer of a REST API that no method names": [
      [[aws.restAuthorizer, "tokens"]],
      ["tokens: Name it in the authorizerId of a route or method, or remove it."],
    ],
  },
  keeps: {
    "an authorizer that a route names": [socket, authorizer, route("connect", "$connect", custom)],
  },
});

ruleTest("authorizer-names-its-identity", {
  breaks: {
    "no identity sources, of either kind of API": [
      [
        [aws.v2Authorizer, "socket", { authorizerType: "REQUEST" }],
        [aws.restAuthorizer, "rest", { type: "REQUEST" }],
      ],
      ["rest: Set identitySource.", "socket: Set identitySources."],
    ],
  },
  keeps: {
    "a query parameter, and a token's header, which is the default": [
      [aws.v2Authorizer, "socket", { identitySources: ["route.request.querystring.proof"] }],
      [aws.restAuthorizer, "rest", { type: "TOKEN" }],
    ],
  },
});
