import * as aws from "../../../policies/aws.ts";
import type { Declared } from "../declare-stack.ts";
import { ruleTest } from "../rule-test.ts";

const confined = { name: "web", image: "shop/web:1.4.2", user: "nobody", readonlyRootFilesystem: true };
const task = (...containers: readonly object[]): Declared => [
  aws.taskDefinition,
  "task",
  { containerDefinitions: JSON.stringify(containers) },
];

ruleTest("container-is-confined", {
  breaks: {
    "Docker's defaults": [
      [task({ name: "web", image: "shop/web:1" })],
      ["task: Set readonlyRootFilesystem: true.", "task: Set user to one that is not root."],
    ],
    "one that is privileged, beside one that is not": [
      [task(confined, { ...confined, privileged: true })],
      ["task: Leave privileged out."],
    ],
    "root by name and by number": [
      [task({ ...confined, user: "root:web" }, { ...confined, user: "0" })],
      ["task: Set user to one that is not root.", "task: Set user to one that is not root."],
    ],
  },
  keeps: {
    "a user of its own that can write nothing": [task(confined, { ...confined, user: "1000:1000" })],
    "what is no list of containers, which AWS refuses": [
      [aws.taskDefinition, "task", { containerDefinitions: "{" }],
      [aws.taskDefinition, "other", { containerDefinitions: "{}" }],
      [aws.taskDefinition, "none"],
    ],
  },
});

ruleTest("container-image-is-pinned", {
  breaks: {
    "the newest, by name and by default": [
      [task({ ...confined, image: "shop/web" }, { ...confined, image: "shop/web:latest" })],
      [
        "task: Give the image of web a version or a digest.",
        "task: Give the image of web a version or a digest.",
      ],
    ],
  },
  keeps: {
    "a version and a digest": [
      task(confined, { ...confined, image: `ghcr.io/shop/web@sha256:${"0f".repeat(32)}` }),
    ],
  },
});

ruleTest("container-holds-no-secrets", {
  breaks: {
    "a password, and a key of Stripe's under another name": [
      [
        task({
          ...confined,
          environment: [
            { name: "DB_PASSWORD", value: "x" },
            { name: "PAY", value: "sk_live_0123456789" },
          ],
        }),
      ],
      [
        "task: Give DB_PASSWORD by secrets, with valueFrom the ARN of a secret or parameter.",
        "task: Give PAY by secrets, with valueFrom the ARN of a secret or parameter.",
      ],
    ],
  },
  keeps: {
    "a secret by its ARN, and where one is": [
      task({
        ...confined,
        secrets: [{ name: "DB_PASSWORD", valueFrom: "arn:aws:secretsmanager:eu-west-1:1:secret:db" }],
        environment: [
          { name: "LEVEL", value: "info" },
          { name: "DB_SECRET", value: "arn:aws:secretsmanager:eu-west-1:1:secret:db" },
        ],
      }),
    ],
  },
});

const open = (rule: object): Declared => [
  aws.securityGroup,
  "group",
  { ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"], ...rule }] },
];

ruleTest("security-group-names-its-ports", {
  breaks: {
    "every protocol": [
      [open({ protocol: "-1", fromPort: 0, toPort: 0 })],
      ["group: Name the protocol, udp or tcp, that everybody may use."],
    ],
    SSH: [[open({ fromPort: 22, toPort: 22 })], ["group: Close port 22 to everybody."]],
    "a range with PostgreSQL in it, for everybody who has IPv6": [
      [open({ fromPort: 5_000, toPort: 6_000, cidrBlocks: [], ipv6CidrBlocks: ["::/0"] })],
      ["group: Close port 5432 to everybody."],
    ],
    "every port": [[open({ fromPort: 0, toPort: 65_535 })], ["group: Close port 22 to everybody."]],
  },
  keeps: {
    "HTTPS, and a range over UDP": [
      open({}),
      [
        aws.securityGroup,
        "relays",
        { ingress: [{ protocol: "udp", fromPort: 49_152, toPort: 65_535, cidrBlocks: ["0.0.0.0/0"] }] },
      ],
    ],
    "SSH from one network, and nobody": [
      open({ fromPort: 22, toPort: 22, cidrBlocks: ["203.0.113.0/24"] }),
      [aws.securityGroup, "closed"],
    ],
  },
});
