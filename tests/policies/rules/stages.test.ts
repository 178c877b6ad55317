import * as aws from "../../../policies/aws.ts";
import { type Declared, ref } from "../declare-stack.ts";
import { ruleTest } from "../rule-test.ts";

const stage = (inputs: object = {}): Declared => [aws.restStage, "live", { ...inputs }];
const settings = (inputs: object, methodPath = "*/*", name = "settings"): Declared => [
  aws.restMethodSettings,
  name,
  { stageName: ref("live", "stageName"), methodPath, settings: { ...inputs } },
];
const v2Stage = (inputs: object = {}): Declared => [aws.v2Stage, "socket", { apiId: ref("api", "id"), ...inputs }];
const socket: Declared = [aws.v2Api, "api", { protocolType: "WEBSOCKET" }];
const limits = { throttlingRateLimit: 100, throttlingBurstLimit: 50 };

ruleTest("api-is-throttled", {
  breaks: {
    "a REST stage without settings": [[stage()], ["live: Add MethodSettings of */* with both limits."]],
    "settings without limits": [
      [stage(), settings({})],
      [
        "settings: Set settings.throttlingRateLimit between 0 and 10000.",
        "settings: Set settings.throttlingBurstLimit between 0 and 5000.",
      ],
    ],
    "a route that is let loose": [
      [socket, v2Stage({ defaultRouteSettings: limits, routeSettings: [{ routeKey: "SEND", ...limits, throttlingRateLimit: 10_001 }] })],
      ["socket: Set routeSettings.0.throttlingRateLimit between 0 and 10000."],
    ],
    "a WebSocket stage without limits": [
      [socket, v2Stage()],
      [
        "socket: Set defaultRouteSettings.throttlingRateLimit between 0 and 10000.",
        "socket: Set defaultRouteSettings.throttlingBurstLimit between 0 and 5000.",
      ],
    ],
  },
  keeps: {
    "limits on both": [stage(), settings(limits), socket, v2Stage({ defaultRouteSettings: limits })],
  },
});

ruleTest("api-writes-access-logs", {
  breaks: {
    "stages of both kinds without": [
      [stage(), socket, v2Stage()],
      [
        "live: Set accessLogSettings with a destinationArn.",
        "socket: Set accessLogSettings with a destinationArn.",
      ],
    ],
  },
  keeps: {
    "a log group": [
      [aws.logGroup, "logs"],
      stage({ accessLogSettings: { destinationArn: ref("logs"), format: "{}" } }),
    ],
  },
});

const logging = (format: string): readonly Declared[] => [
  [aws.logGroup, "logs"],
  stage({ accessLogSettings: { destinationArn: ref("logs"), format } }),
];
const asJson = "live: Make accessLogSettings.format a JSON object with $context.requestId.";

ruleTest("access-log-is-json", {
  breaks: {
    "a line of words": [logging("$context.requestId $context.status"), [asJson]],
    "an object without the request's id": [logging('{"status":"$context.status"}'), [asJson]],
  },
  keeps: {
    "an object, with a number unquoted": logging('{"id":"$context.requestId","status":$context.status}'),
    "no log at all, which is for another rule": [stage()],
  },
});

ruleTest("api-logs-its-errors", {
  breaks: {
    "settings of all methods, and routes, that log nothing": [
      [stage(), settings(limits), socket, v2Stage({ defaultRouteSettings: { loggingLevel: "OFF" } })],
      [
        'settings: Set settings.loggingLevel: "ERROR".',
        'socket: Set defaultRouteSettings.loggingLevel: "ERROR".',
      ],
    ],
  },
  keeps: {
    "errors; an HTTP API has no such logs": [
      stage(),
      settings({ loggingLevel: "ERROR" }),
      [aws.v2Api, "api", { protocolType: "HTTP" }],
      v2Stage(),
    ],
  },
});

ruleTest("api-reports-its-metrics", {
  breaks: {
    "unstated metrics": [
      [stage(), settings({}), socket, v2Stage()],
      [
        "settings: Set settings.metricsEnabled: true.",
        "socket: Set defaultRouteSettings.detailedMetricsEnabled: true.",
      ],
    ],
  },
  keeps: { metrics: [stage(), settings({ metricsEnabled: true })] },
});

ruleTest("api-traces-no-bodies", {
  breaks: {
    "tracing of a method, of all routes, of one": [
      [
        stage(),
        settings({ dataTraceEnabled: true }),
        socket,
        v2Stage({
          defaultRouteSettings: { dataTraceEnabled: true },
          routeSettings: [{ routeKey: "SEND", dataTraceEnabled: true }],
        }),
      ],
      [
        "settings: Set settings.dataTraceEnabled: false.",
        "socket: Set defaultRouteSettings.dataTraceEnabled: false.",
        "socket: Set routeSettings.0.dataTraceEnabled: false.",
      ],
    ],
  },
  keeps: { "no tracing": [stage(), settings({ dataTraceEnabled: false })] },
});

const webhook: Declared = [aws.restResource, "hook", { pathPart: "stripe-webhook" }];
const integration = (inputs: object): Declared => [
  aws.restIntegration,
  "integration",
  { resourceId: ref("hook", "id"), ...inputs },
];

ruleTest("webhook-is-never-cached", {
  breaks: {
    "a cache of the method, and of the whole stage": [
      [
        webhook,
        stage(),
        settings({ cachingEnabled: true }, "stripe-webhook/POST", "own"),
        settings({ cachingEnabled: true }, "*/*", "all"),
      ],
      ["own: Set cachingEnabled: false.", "all: Set cachingEnabled: false."],
    ],
  },
  keeps: {
    "a cache of another method": [webhook, stage(), settings({ cachingEnabled: true }, "plans/GET")],
    "a cache where no webhook arrives": [stage(), settings({ cachingEnabled: true })],
  },
});

ruleTest("webhook-keeps-its-raw-body", {
  breaks: {
    "a template": [
      [webhook, integration({ type: "AWS", requestTemplates: { "application/json": "$input.body" } })],
      ['integration: Set type: "AWS_PROXY", without requestTemplates and contentHandling.'],
    ],
    "a conversion": [
      [webhook, integration({ type: "AWS_PROXY", contentHandling: "CONVERT_TO_TEXT" })],
      ['integration: Set type: "AWS_PROXY", without requestTemplates and contentHandling.'],
    ],
  },
  keeps: {
    "a proxy": [webhook, integration({ type: "AWS_PROXY" })],
    "a preflight": [webhook, integration({ type: "MOCK", requestTemplates: { "application/json": "{}" } })],
  },
});

const granted = (name: string, target: string): readonly Declared[] => [
  [aws.role, `${name}-role`],
  [aws.lambdaFunction, name, { role: ref(`${name}-role`) }],
  [
    aws.rolePolicy,
    `${name}-policy`,
    { role: ref(`${name}-role`, "name"), policy: { Statement: [{ Resource: ref(target) }] } },
  ],
];

ruleTest("webhook-has-an-idempotency-table", {
  breaks: {
    "a handler that remembers nothing": [
      [
        webhook,
        [aws.queue, "events"],
        ...granted("take", "events"),
        integration({ type: "AWS_PROXY", uri: ref("take", "invokeArn") }),
      ],
      ["hook: Grant its handler, or the consumer of its queue, a conditional write to a table of event ids."],
    ],
  },
  keeps: {
    "a table behind the queue": [
      webhook,
      [aws.queue, "events"],
      [aws.table, "seen"],
      ...granted("take", "events"),
      ...granted("apply", "seen"),
      [aws.eventSourceMapping, "mapping", { eventSourceArn: ref("events"), functionName: ref("apply", "name") }],
      integration({ type: "AWS_PROXY", uri: ref("take", "invokeArn") }),
    ],
    "a table of the handler itself": [
      webhook,
      [aws.table, "seen"],
      ...granted("take", "seen"),
      integration({ type: "AWS_PROXY", uri: ref("take", "invokeArn") }),
    ],
  },
});
