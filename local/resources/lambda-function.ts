import * as v from "valibot";
import { account, localArn } from "../account.ts";
import { packageDigest } from "../lambda/package-digest.ts";
import { recordOf } from "../record-of.ts";
import type { Services } from "../services.ts";
import { type ResourceHandler, resourceHandler } from "./resource-handler.ts";

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
const inputs = v.strictObject({
  name: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/, "expected a function name"))),
  description: v.optional(v.pipe(v.string(), v.maxLength(256)), ""),
  role: v.pipe(v.string(), v.regex(/^arn:aws:iam::\d{12}:role\/.+$/, "expected the ARN of a role")),
  runtime: v.literal("nodejs24.x", "only the runtime nodejs24.x runs here"),
  architectures: v.optional(v.pipe(v.array(v.picklist(["arm64", "x86_64"])), v.length(1)), ["x86_64"]),
  handler: v.pipe(
    v.string(),
    v.regex(/^([\w-]+\/)*[\w-]+\.\w+$/, "expected <file without extension>.<export>"),
  ),
  code: recordOf(v.string(), v.string(), "expected an archive of text files"),
  memorySize: v.optional(v.pipe(v.number(), v.integer(), v.minValue(128), v.maxValue(10_240)), 128),
  timeout: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(900)), 3),
  environment: v.optional(
    v.strictObject({ variables: v.optional(recordOf(v.string(), v.string()), {}) }),
    {},
  ),
  loggingConfig: v.optional(
    v.strictObject({
      logFormat: v.literal("Text", "only the log format Text is written here"),
      logGroup: v.optional(v.string()),
    }),
  ),
  tracingConfig: v.optional(v.strictObject({ mode: v.picklist(["Active", "PassThrough"]) }), {
    mode: "PassThrough",
  }),
  tags: v.optional(recordOf(v.string(), v.string()), {}),
});

/** `aws:lambda/function:Function`. The code is its archive as file name → text. */
export function lambdaFunction({ lambda, clock }: Pick<Services, "lambda" | "clock">): ResourceHandler {
  const put = async (declared: v.InferOutput<typeof inputs>, logicalName: string) => {
    const { code, ...rest } = declared;
    const name = declared.name ?? logicalName;
    const arn = localArn("lambda", `function:${name}`);
    const logGroup = declared.loggingConfig?.logGroup ?? `/aws/lambda/${name}`;
    await lambda.putFunction({
      name,
      arn,
      roleArn: declared.role,
      files: code,
      handler: declared.handler,
      memorySize: declared.memorySize,
      timeout: declared.timeout,
      environment: declared.environment.variables ?? {},
      logGroup,
      ...(declared.tracingConfig.mode === "Active" && { isTraced: true }),
    });
    return {
      id: name,
      outputs: {
        ...rest,
        name,
        arn,
        qualifiedArn: `${arn}:$LATEST`,
        invokeArn: invokeArn(arn, "2015-03-31", "invocations"),
        qualifiedInvokeArn: invokeArn(`${arn}:$LATEST`, "2015-03-31", "invocations"),
        responseStreamingInvokeArn: invokeArn(arn, "2021-11-15", "response-streaming-invocations"),
        version: "$LATEST",
        lastModified: new Date(clock.now()).toISOString().replace("Z", "+0000"),
        codeSha256: codeSha256(code),
        sourceCodeSize: Object.values(code).reduce((size, text) => size + Buffer.byteLength(text), 0),
        loggingConfig: { logFormat: "Text", logGroup },
        packageType: "Zip",
        region: account.region,
        reservedConcurrentExecutions: -1,
        tagsAll: declared.tags,
      },
    };
  };
  return resourceHandler({
    type: "aws:lambda/function:Function",
    inputs,
    create: put,
    replacedBy: ["name"],
    renewed: ["codeSha256", "lastModified", "sourceCodeSize"],
    read: ({ id }) => {
      const configuration = lambda.configuration(id);
      if (!configuration) return undefined;
      const { roleArn, handler, memorySize, timeout, files } = configuration;
      return { role: roleArn, handler, memorySize, timeout, codeSha256: codeSha256(files) };
    },
    update: ({ id }, declared) => put(declared, id),
    delete: ({ id }) => lambda.deleteFunction(id),
  });
}

/** Tells one deployment package from another. On AWS it is the hash of the zip file. */
function codeSha256(files: Readonly<Record<string, string>>): string {
  return packageDigest(files).toString("base64");
}

/** Where API Gateway calls a function (https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html, `uri`). */
function invokeArn(functionArn: string, version: string, operation: string): string {
  return `arn:aws:apigateway:${account.region}:lambda:path/${version}/functions/${functionArn}/${operation}`;
}
