import * as aws from "../../../policies/aws.ts";
import { ref } from "../declare-stack.ts";
import { ruleTest } from "../rule-test.ts";

ruleTest("secret-rotates", {
  breaks: {
    "no rotation, and one each year": [
      [
        [aws.secret, "a"],
        [aws.secret, "b"],
        [
          aws.secretRotation,
          "yearly",
          { secretId: ref("b", "id"), rotationRules: { automaticallyAfterDays: 365 } },
        ],
      ],
      ["a: Add a SecretRotation.", "b: Set automaticallyAfterDays between 1 and 90."],
    ],
  },
  keeps: {
    "a rotation each month, by days or by an expression": [
      [aws.secret, "a"],
      [aws.secret, "b"],
      [
        aws.secretRotation,
        "days",
        { secretId: ref("a", "id"), rotationRules: { automaticallyAfterDays: 30 } },
      ],
      [
        aws.secretRotation,
        "expression",
        { secretId: ref("b", "id"), rotationRules: { scheduleExpression: "rate(30 days)" } },
      ],
    ],
  },
});

ruleTest("parameter-is-encrypted", {
  breaks: {
    "a key in clear": [
      [[aws.parameter, "p", { name: "/shop/api-key", type: "String" }]],
      ['p: Set type: "SecureString".'],
    ],
  },
  keeps: {
    "an encrypted key, and what is no secret": [
      [aws.parameter, "a", { name: "/shop/api-key", type: "SecureString" }],
      [aws.parameter, "b", { name: "/shop/colour", type: "String" }],
    ],
  },
});

ruleTest("key-rotates", {
  breaks: {
    "a key that stays, is off, and locks its owner out": [
      [[aws.kmsKey, "key", { isEnabled: false, bypassPolicyLockoutSafetyCheck: true }]],
      [
        "key: Set enableKeyRotation: true.",
        "key: Leave isEnabled out, or set it to true.",
        "key: Leave bypassPolicyLockoutSafetyCheck out.",
      ],
    ],
  },
  keeps: {
    "a key that rotates, and one that cannot": [
      [aws.kmsKey, "a", { enableKeyRotation: true }],
      [aws.kmsKey, "b", { customerMasterKeySpec: "RSA_2048" }],
    ],
  },
});

ruleTest("data-has-a-customer-key", {
  breaks: {
    "AWS's keys": [
      [
        [aws.table, "rows", { serverSideEncryption: { enabled: true } }],
        [aws.queue, "orders", { sqsManagedSseEnabled: true }],
        [aws.logGroup, "logs"],
      ],
      ["rows: Set serverSideEncryption.kmsKeyArn.", "orders: Set kmsMasterKeyId.", "logs: Set kmsKeyId."],
    ],
  },
  keeps: {
    "keys of the stack": [
      [aws.kmsKey, "key"],
      [aws.table, "rows", { serverSideEncryption: { enabled: true, kmsKeyArn: ref("key") } }],
    ],
  },
});
