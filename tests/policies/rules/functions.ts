import * as aws from "../../../policies/aws.ts";
import { type Declared, ref } from "../declare-stack.ts";
import { ruleTest } from "../rule-test.ts";

const fn = (inputs: object = {}, name = "fn"): Declared => [aws.lambdaFunction, name, { ...inputs }];

ruleTest("function-runtime-is-supported", {
  breaks: {
    "Node 18": [[fn({ runtime: "nodejs18.x" })], ["fn: nodejs18.x is deprecated; name a newer runtime."]],
    "Python 3.9": [[fn({ runtime: "python3.9" })], ["fn: python3.9 is deprecated; name a newer runtime."]],
    "no runtime": [[fn()], ["fn: Set runtime."]],
  },
  keeps: {
    "Node 22 and 24, Python 3.13, an image": [
      fn({ runtime: "nodejs22.x" }, "a"),
      fn({ runtime: "nodejs24.x" }, "b"),
      fn({ runtime: "python3.13" }, "c"),
      fn({ packageType: "Image" }, "d"),
    ],
  },
});

ruleTest("function-states-its-limits", {
  breaks: { "neither memory nor timeout": [[fn()], ["fn: Set memorySize.", "fn: Set timeout."]] },
  keeps: { both: [fn({ memorySize: 256, timeout: 10 })] },
});

ruleTest("function-package-fits-its-budget", {
  breaks: {
    "a million bytes and one": [
      [fn({ code: archive("x".repeat(1_000_001)) })],
      ["fn: Make its 1000001 bytes fit into 1000000: bundle, minify, drop dependencies."],
    ],
  },
  keeps: { "a million bytes": [fn({ code: archive("x".repeat(1_000_000)) })] },
});

/** An archive in memory, as it goes over Pulumi's wire. */
function archive(text: string): object {
  const signature = "4dabf18193072939515e22adb298388d";
  return {
    [signature]: "0def7320c3a5731c473e5ecbe6d01bc7",
    assets: { "index.mjs": { [signature]: "c44067f5952c0a294b673a41bacd8c17", text } },
  };
}

ruleTest("function-ends-before-its-api", {
  breaks: {
    "an integration, of either kind, and an authorizer": [
      [
        fn({ timeout: 29 }, "rest"),
        fn({ timeout: 60 }, "socket"),
        fn({ timeout: 30 }, "authorizer"),
        [aws.restIntegration, "a", { uri: ref("rest", "invokeArn") }],
        [aws.v2Integration, "b", { integrationUri: ref("socket", "invokeArn") }],
        [aws.v2Authorizer, "c", { authorizerUri: ref("authorizer", "invokeArn") }],
      ],
      ["rest: Set timeout below 29.", "socket: Set timeout below 29.", "authorizer: Set timeout below 29."],
    ],
  },
  keeps: {
    "28 seconds behind an API, 900 elsewhere": [
      fn({ timeout: 28 }, "rest"),
      fn({ timeout: 900 }, "batch"),
      [aws.restIntegration, "a", { uri: ref("rest", "invokeArn") }],
    ],
  },
});

ruleTest("function-has-a-log-group", {
  breaks: {
    "no log group": [[fn()], ["fn: Make a LogGroup and name it in loggingConfig."]],
    "a shared log group": [
      [
        [aws.logGroup, "logs"],
        fn({ loggingConfig: { logGroup: ref("logs", "name") } }, "a"),
        fn({ loggingConfig: { logGroup: ref("logs", "name") } }, "b"),
      ],
      ["b: Give it a log group of its own: a writes there."],
    ],
  },
  keeps: {
    "one that it names, and one of Lambda's default name": [
      [aws.logGroup, "logs"],
      fn({ loggingConfig: { logGroup: ref("logs", "name") } }, "a"),
      [aws.logGroup, "other", { name: "/aws/lambda/b" }],
      fn({ name: "b" }, "b-function"),
    ],
  },
});

ruleTest("function-is-traced", {
  breaks: {
    "no tracing": [[fn()], ['fn: Set tracingConfig: { mode: "Active" }.']],
    "passive tracing": [
      [fn({ tracingConfig: { mode: "PassThrough" } })],
      ['fn: Set tracingConfig: { mode: "Active" }.'],
    ],
  },
  keeps: { "active tracing": [fn({ tracingConfig: { mode: "Active" } })] },
});

ruleTest("function-is-not-public", {
  breaks: {
    "everyone as principal": [
      [[aws.permission, "invoke", { principal: "*" }]],
      ["invoke: Name the principal instead of *."],
    ],
  },
  keeps: {
    "a service, and an organisation": [
      [aws.permission, "a", { principal: "sns.amazonaws.com" }],
      [aws.permission, "b", { principal: "*", principalOrgId: "o-1" }],
    ],
  },
});

ruleTest("function-url-is-authorized", {
  breaks: {
    "an open URL": [
      [[aws.functionUrl, "url", { authorizationType: "NONE" }]],
      ['url: Set authorizationType: "AWS_IAM".'],
    ],
  },
  keeps: { "a URL for signed calls": [[aws.functionUrl, "url", { authorizationType: "AWS_IAM" }]] },
});

const gateway = { principal: "apigateway.amazonaws.com" };

ruleTest("permission-names-its-source", {
  breaks: {
    "no source": [[[aws.permission, "p", gateway]], ["p: Set sourceArn to the ARN of the one caller."]],
    "any stage and route": [
      [[aws.permission, "p", { ...gateway, sourceArn: "arn:aws:execute-api:eu-west-1:1:api/*" }]],
      ["p: Write arn:aws:execute-api:eu-west-1:1:api/* out: its stage, method and route."],
    ],
    "a bucket, whose ARN names no account": [
      [[aws.permission, "p", { principal: "s3.amazonaws.com", sourceArn: "arn:aws:s3:::photos" }]],
      ["p: Set sourceAccount: arn:aws:s3:::photos names no account."],
    ],
  },
  keeps: {
    "one route": [
      [aws.restApi, "api"],
      [aws.permission, "p", { ...gateway, sourceArn: ref("api", "route") }],
    ],
    "a bucket of one account": [
      [
        aws.permission,
        "p",
        { principal: "s3.amazonaws.com", sourceArn: "arn:aws:s3:::photos", sourceAccount: "111122223333" },
      ],
    ],
    "a role, which is no service": [[aws.permission, "p", { principal: "arn:aws:iam::1:role/caller" }]],
  },
});

const variables = (values: object): Declared => fn({ environment: { variables: values } });
const tell = (name: string) =>
  `fn: Give ${name} the ARN of a Secrets Manager secret or SSM parameter, and read it at run time.`;

ruleTest("environment-holds-no-secrets", {
  breaks: {
    "Stripe's secrets, whatever their name": [
      [variables({ KEY: "sk_live_abcdefgh", SIGNING: "whsec_abcdefgh" })],
      [tell("KEY"), tell("SIGNING")],
    ],
    "a literal under a secret's name": [[variables({ WEBHOOK_SECRET: "open" })], [tell("WEBHOOK_SECRET")]],
  },
  keeps: {
    "an ARN, known or not, an empty text, a table's name": [
      [aws.secret, "webhook"],
      variables({
        STRIPE_SECRET: ref("webhook"),
        API_KEY: "arn:aws:ssm:eu-west-1:1:parameter/key",
        SHARED_SECRET: "",
        PROOFS_TABLE: "proofs",
      }),
    ],
  },
});

ruleTest("function-reserves-concurrency", {
  breaks: { "no reservation": [[fn()], ["fn: Set reservedConcurrentExecutions."]] },
  keeps: { "a reservation": [fn({ reservedConcurrentExecutions: 5 })] },
});

ruleTest("function-is-in-a-vpc", {
  breaks: { "no VPC": [[fn()], ["fn: Set vpcConfig."]] },
  keeps: { "a VPC": [fn({ vpcConfig: { subnetIds: ["subnet-1"] } })] },
});

ruleTest("function-has-a-dead-letter-queue", {
  breaks: { "no queue": [[fn()], ["fn: Set deadLetterConfig."]] },
  keeps: { "a queue": [[aws.queue, "failed"], fn({ deadLetterConfig: { targetArn: ref("failed") } })] },
});
