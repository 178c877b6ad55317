import * as aws from "../../../policies/aws.ts";
import { type Declared, json, ref } from "../declare-stack.ts";
import { ruleTest } from "../rule-test.ts";

/** A policy of a role, as an object: what is known of it is checked in a preview too. */
const policy = (...statements: readonly object[]): Declared => [
  aws.rolePolicy,
  "policy",
  { role: "r", policy: { Version: "2012-10-17", Statement: statements } },
];

const allow = (Action: unknown, Resource: unknown, more: object = {}) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
});

const table = "arn:aws:dynamodb:eu-west-1:1:table/rows";

const connections = (api: string) => `arn:aws:execute-api:eu-west-1:1:${api}/@connections/*`;

const administrator = "arn:aws:iam::aws:policy/AdministratorAccess";

ruleTest("role-names-its-actions", {
  breaks: {
    "a wildcard, beside a resource that is not known yet": [
      [[aws.queue, "orders"], policy(allow(["sqs:*", "sqs:SendMessage"], ref("orders")))],
      ["policy: Write the actions of sqs:* out."],
    ],
    "the inverse": [
      [policy({ Effect: "Allow", NotAction: "iam:*", Resource: table })],
      ["policy: Use Action instead of NotAction."],
    ],
    "a wildcard in JSON text, and inside a role": [
      [
        [aws.iamPolicy, "managed", { policy: json({ Statement: allow("s3:Get*", table) }) }],
        [
          aws.role,
          "r",
          { inlinePolicies: [{ name: "x", policy: json({ Statement: [allow("*", table)] }) }] },
        ],
      ],
      ["managed: Write the actions of s3:Get* out.", "r: Write the actions of * out."],
    ],
  },
  keeps: {
    "actions that are written out, and a Deny": [
      policy(allow(["sqs:SendMessage"], table), { Effect: "Deny", Action: "*", Resource: "*" }),
    ],
    "text that is no JSON, which AWS refuses": [[aws.rolePolicy, "policy", { policy: "not JSON" }]],
  },
});

ruleTest("role-names-its-resources", {
  breaks: {
    "everything, of all services or of one": [
      [policy(allow("sqs:SendMessage", ["*", "arn:aws:sqs:*:*:*", "arn:aws:dynamodb:eu-west-1:1:table/*"]))],
      [
        "policy: Name the resources instead of *.",
        "policy: Name the resources instead of arn:aws:sqs:*:*:*.",
        "policy: Name the resources instead of arn:aws:dynamodb:eu-west-1:1:table/*.",
      ],
    ],
    "the inverse": [
      [policy({ Effect: "Allow", Action: "sqs:SendMessage", NotResource: table })],
      ["policy: Use Resource instead of NotResource."],
    ],
  },
  keeps: {
    "one table and its index, a log group's streams, actions that know no resource": [
      policy(
        allow("dynamodb:Query", [table, `${table}/index/byName`]),
        allow("logs:PutLogEvents", "arn:aws:logs:eu-west-1:1:log-group:/app/fn:*"),
        allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*"),
      ),
    ],
    "connections of any API, which are for another rule": [
      policy(allow("execute-api:ManageConnections", connections("*"))),
    ],
  },
});

ruleTest("update-names-its-attributes", {
  breaks: {
    "an update of any attribute": [
      [[aws.table, "rows"], policy(allow("dynamodb:UpdateItem", ref("rows")))],
      ["policy: Add a condition on dynamodb:Attributes or dynamodb:LeadingKeys."],
    ],
  },
  keeps: {
    "named attributes, named keys, and a put": [
      policy(
        allow("dynamodb:UpdateItem", table, {
          Condition: { "ForAllValues:StringEquals": { "dynamodb:Attributes": ["id", "lease"] } },
        }),
        allow("dynamodb:UpdateItem", table, {
          Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["tenant#*"] } },
        }),
        allow("dynamodb:PutItem", table),
      ),
    ],
  },
});

ruleTest("role-cannot-change-permissions", {
  breaks: {
    "a role that can give itself more": [
      [
        policy(
          allow(["iam:PutRolePolicy", "iam:PassRole", "lambda:UpdateFunctionCode", "iam:GetRole"], table),
        ),
      ],
      [
        "policy: Take iam:PutRolePolicy away.",
        "policy: Take iam:PassRole away.",
        "policy: Take lambda:UpdateFunctionCode away.",
      ],
    ],
  },
  keeps: { "an invocation": [policy(allow("lambda:InvokeFunction", table))] },
});

ruleTest("connections-grant-names-one-stage", {
  breaks: {
    "every API, every stage": [
      [
        policy(
          allow("execute-api:ManageConnections", [
            connections("*/live/POST"),
            connections("a1/*/POST"),
            "arn:aws:execute-api:eu-west-1:1:*",
          ]),
        ),
      ],
      [
        "policy: Name the API and the stage in arn:aws:execute-api:eu-west-1:1:*/live/POST/@connections/*.",
        "policy: Name the API and the stage in arn:aws:execute-api:eu-west-1:1:a1/*/POST/@connections/*.",
        "policy: Name the API and the stage in arn:aws:execute-api:eu-west-1:1:*.",
      ],
    ],
  },
  keeps: {
    "one stage's connections": [policy(allow("execute-api:ManageConnections", connections("a1/live/POST")))],
  },
});

ruleTest("role-has-no-managed-policy", {
  breaks: {
    "attached, or listed": [
      [
        [aws.attachment, "attachment", { policyArn: administrator }],
        [aws.role, "r", { managedPolicyArns: [administrator] }],
      ],
      [
        `attachment: Write what is needed of ${administrator} into a policy of the role.`,
        `r: Write what is needed of ${administrator} into a policy of the role.`,
      ],
    ],
  },
  keeps: {
    "a policy of the team": [
      [aws.attachment, "attachment", { policyArn: "arn:aws:iam::111122223333:policy/ours" }],
    ],
  },
});

ruleTest("role-has-no-inline-policy", {
  breaks: {
    "a policy of the role": [
      [policy(), [aws.role, "r", { inlinePolicies: [{ name: "x" }] }]],
      ["policy: Make a managed policy, and attach it.", "r: Make a managed policy, and attach it."],
    ],
  },
  keeps: { "a bare role": [[aws.role, "r"]] },
});

ruleTest("role-policies-have-one-owner", {
  breaks: {
    "a list, and a policy beside it": [
      [
        [aws.role, "a", { inlinePolicies: [{ name: "x" }] }],
        [aws.rolePolicy, "beside-a", { role: ref("a", "name") }],
        [aws.role, "b", { managedPolicyArns: ["arn:aws:iam::1:policy/ours"] }],
        [aws.attachment, "beside-b", { role: ref("b", "name") }],
      ],
      [
        "a: Remove managedPolicyArns and inlinePolicies from the role.",
        "b: Remove managedPolicyArns and inlinePolicies from the role.",
      ],
    ],
  },
  keeps: {
    "policies beside a bare role": [
      [aws.role, "a"],
      [aws.rolePolicy, "beside", { role: ref("a", "name") }],
    ],
  },
});

ruleTest("role-has-a-boundary", {
  breaks: { "no boundary": [[[aws.role, "r"]], ["r: Set permissionsBoundary."]] },
  keeps: { "a boundary": [[aws.role, "r", { permissionsBoundary: "arn:aws:iam::1:policy/boundary" }]] },
});

ruleTest("role-serves-one-function", {
  breaks: {
    "two functions": [
      [
        [aws.role, "r"],
        [aws.lambdaFunction, "a", { role: ref("r") }],
        [aws.lambdaFunction, "b", { role: ref("r") }],
      ],
      ["r: Make a role for each of a, b."],
    ],
  },
  keeps: {
    "one function": [
      [aws.role, "r"],
      [aws.lambdaFunction, "a", { role: ref("r") }],
    ],
  },
});
