import * as aws from "../../../policies/aws.ts";
import { type Declared, ref } from "../declare-stack.ts";
import { ruleTest } from "../rule-test.ts";

const stage = (inputs: object = {}): Declared => [aws.restStage, "live", { ...inputs }];

const settings = (inputs: object, methodPath = "*/*", name = "settings"): Declared => [
  aws.restMethodSettings,
  name,
  { stageName: ref("live", "stageName"), methodPath, settings: { ...inputs } },
];

const webhook: Declared = [aws.restResource, "hook", { pathPart: "stripe-webhook" }];

const integration = (inputs: object): Declared => [
  aws.restIntegration,
  "integration",
  { resourceId: ref("hook", "id"), ...inputs },
];

const granted = (name: string, target: string): readonly Declared[] => [
  [aws.role, `${name}-role`],
  [aws.lambdaFunction, name, { role: ref(`${name}-role`) }],
  [
    aws.rolePolicy,
    `${name}-policy`,
    { role: ref(`${name}-role`, "name"), policy: { Statement: [{ Resource: ref(target) }] } },
  ],
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
      [
        aws.eventSourceMapping,
        "mapping",
        { eventSourceArn: ref("events"), functionName: ref("apply", "name") },
      ],
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
