import * as aws from "../../../policies/aws.ts";
import type { Declared } from "../declare-stack.ts";
import { ruleTest } from "../rule-test.ts";

const trust = (statement: object): Declared => [
  aws.role,
  "r",
  { assumeRolePolicy: { Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", ...statement }] } },
];

const github = (subject?: string) =>
  trust({
    Action: "sts:AssumeRoleWithWebIdentity",
    Principal: { Federated: "arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com" },
    ...(subject && { Condition: { StringLike: { "token.actions.githubusercontent.com:sub": subject } } }),
  });

const bind = "r: Bind token.actions.githubusercontent.com:sub to a repository and its branch or environment.";

const scheduler = { Principal: { Service: "scheduler.amazonaws.com" } };

ruleTest("trust-names-its-principal", {
  breaks: {
    everyone: [[trust({ Principal: { AWS: "*" } })], ["r: Name the principal instead of *."]],
    "every action": [
      [trust({ Action: "sts:*", Principal: { Service: "lambda.amazonaws.com" } })],
      ["r: Write sts:AssumeRole, or the like, out."],
    ],
    "any repository of GitHub": [[github()], [bind]],
    "any branch, any pull request": [[github("repo:acme/shop:*")], [bind]],
  },
  keeps: {
    "a service": [trust({ Principal: { Service: "lambda.amazonaws.com" } })],
    "one environment of one repository": [github("repo:acme/shop:environment:prod")],
  },
});

ruleTest("trust-names-its-source", {
  breaks: {
    "a scheduler of anyone": [
      [trust(scheduler)],
      ["r: Add a condition on aws:SourceAccount or aws:SourceArn for scheduler.amazonaws.com."],
    ],
    "a task of anyone": [
      [trust({ Principal: { Service: "ecs-tasks.amazonaws.com" } })],
      ["r: Add a condition on aws:SourceAccount or aws:SourceArn for ecs-tasks.amazonaws.com."],
    ],
  },
  keeps: {
    "the schedules of one account": [
      trust({ ...scheduler, Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } } }),
    ],
    "Lambda, which names no source": [trust({ Principal: { Service: "lambda.amazonaws.com" } })],
    "a scheduler that is denied": [trust({ ...scheduler, Effect: "Deny" })],
  },
});

ruleTest("stack-has-no-users", {
  breaks: {
    "a user and her key": [
      [
        ["aws:iam/user:User", "ada"],
        ["aws:iam/accessKey:AccessKey", "ada-key"],
      ],
      [
        "ada: Remove it; use IAM Identity Center, OIDC, or a role.",
        "ada-key: Remove it; use IAM Identity Center, OIDC, or a role.",
      ],
    ],
  },
  keeps: { "a role": [[aws.role, "r"]] },
});
