import * as aws from "../../../policies/aws.ts";
import { type Declared, ref } from "../declare-stack.ts";
import { ruleTest } from "../rule-test.ts";

const stage = (inputs: object = {}): Declared => [aws.restStage, "live", { ...inputs }];

const settings = (inputs: object, methodPath = "*/*", name = "settings"): Declared => [
  aws.restMethodSettings,
  name,
  { stageName: ref("live", "stageName"), methodPath, settings: { ...inputs } },
];

const v2Stage = (inputs: object = {}): Declared => [
  aws.v2Stage,
  "socket",
  { apiId: ref("api", "id"), ...inputs },
];

const socket: Declared = [aws.v2Api, "api", { protocolType: "WEBSOCKET" }];

const limits = { throttlingRateLimit: 100, throttlingBurstLimit: 50 };

const logging = (format: string): readonly Declared[] => [
  [aws.logGroup, "logs"],
  stage({ accessLogSettings: { destinationArn: ref("logs"), format } }),
];

const asJson = "live: Make accessLogSettings.format a JSON object with $context.requestId.";

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
      [
        socket,
        v2Stage({
          defaultRouteSettings: limits,
          routeSettings: [{ routeKey: "SEND", ...limits, throttlingRateLimit: 10_001 }],
        }),
      ],
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
