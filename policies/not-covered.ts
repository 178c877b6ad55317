/** Rules of other scanners for our resource types that no rule of ours answers, and why. */
export const notCovered: readonly {
  readonly asks: string;
  readonly ids: readonly string[];
  readonly because: string;
}[] = [
  {
    asks: "DAX clusters are encrypted",
    ids: ["AwsSolutions-DDB4"],
    because: "DAX is a cluster in a VPC: not a type of a serverless program.",
  },
  {
    asks: "Functions log at a level that is set",
    ids: ["LambdaLogLevel"],
    because:
      "The level is a setting of Lambda's own JSON format, which would wrap lines that are JSON already.",
  },
  {
    asks: "Functions are signed",
    ids: ["CKV_AWS_272"],
    because:
      "The program makes the code that it deploys, in one run; the pipeline's role is what must be guarded.",
  },
  {
    asks: "Functions have a description",
    ids: ["aws.lambda.Function.missingDescription"],
    because: "A text protects nothing.",
  },
  {
    asks: "Stages have a client certificate",
    ids: [
      "HIPAA.Security-APIGWSSLEnabled",
      "NIST.800.53.R5-APIGWSSLEnabled",
      "PCI.DSS.321-APIGWSSLEnabled",
      "CKV2_AWS_51",
    ],
    because: "It proves API Gateway to an HTTP backend. A function is invoked by IAM, never over HTTP.",
  },
  {
    asks: "APIs and deployments are made before their predecessors are removed",
    ids: ["CKV_AWS_217", "CKV_AWS_237"],
    because: "Terraform must be told; Pulumi does so by itself.",
  },
  {
    asks: "REST APIs are edge-optimised",
    ids: ["apigateway-endpoint-type"],
    because: "rest-api-is-regional asks for the opposite.",
  },
  {
    asks: "Users change their passwords, which are long and not reused",
    ids: [
      "CKV_AWS_9",
      "CKV_AWS_10",
      "CKV_AWS_11",
      "CKV_AWS_12",
      "CKV_AWS_13",
      "CKV_AWS_14",
      "CKV_AWS_15",
      "aws.iam.AccountPasswordPolicy.minimumPasswordLength",
      "aws.iam.AccountPasswordPolicy.passwordReusePrevention",
    ],
    because: "A setting of the account, not of a stack; stack-has-no-users leaves nobody with a password.",
  },
  {
    asks: "Keys have a policy of their own",
    ids: ["CKV2_AWS_64"],
    because: "Without one KMS gives the key to the account, whose IAM then decides: a good default.",
  },
  {
    asks: "Keys and secrets have a description",
    ids: ["aws.kms.Key.missingDescription", "aws.secretsmanager.Secret.missingDescription"],
    because: "A text protects nothing.",
  },
  {
    asks: "SSM parameters have a customer's key",
    ids: ["CKV_AWS_337"],
    because:
      "A SecureString has a key of AWS's; data-has-a-customer-key is about what holds more than one value.",
  },
  {
    asks: "No SSM parameter holds a value that stands in the code",
    ids: ["CKV_AWS_384"],
    because: "Pulumi marks a secret as such; a rule sees it unwrapped and cannot tell it from a literal.",
  },
  {
    asks: "Terraform sends no parameter over HTTP",
    ids: ["CKV2_AWS_36"],
    because: "About a data source of Terraform that Pulumi programs do not have.",
  },
  {
    asks: "EBS volumes and file systems are in a backup plan",
    ids: ["CKV2_AWS_9", "CKV2_AWS_18"],
    because: "A serverless program has neither.",
  },
];
