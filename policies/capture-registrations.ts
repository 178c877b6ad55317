import * as pulumi from "@pulumi/pulumi";
import type resource from "@pulumi/pulumi/proto/resource_pb.js";
import { remoteOutputs } from "./remote-components.ts";
import type { Inputs } from "./value.ts";

export interface CaptureOptions {
  readonly project: string;
  readonly stack: string;
  /** `namespace:key` → value, objects as JSON text. */
  readonly config?: Readonly<Record<string, string>>;
  /** As in a first preview: what the cloud computes is not known. Default false: stand-ins are made up. */
  readonly preview?: boolean;
  /** Answers of provider functions by token. Without one, account and Region questions have stand-ins. */
  readonly calls?: Readonly<Record<string, Record<string, unknown>>>;
}

/** What the program's side asked the engine for, and what it was given. */
export interface Registration {
  readonly request: resource.RegisterResourceRequest;
  readonly response: resource.RegisterResourceResponse;
}

/**
 * Runs a Pulumi program without an engine, and gives what it registers, in its order. `program` registers resources,
 * or imports a module that does. Rejects with the program's own error. Pulumi's mocks serve one capture at a time,
 * and a module is evaluated once in a process.
 */
export async function captureRegistrations(
  program: () => Promise<unknown> | unknown,
  { project, stack, config = {}, preview = false, calls = {} }: CaptureOptions,
): Promise<readonly Registration[]> {
  const captured: Registration[] = [];
  pulumi.runtime.setAllConfig({ ...config });
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, custom }) => {
        if (preview) return { id: undefined, state: inputs };
        if (!custom) return { id: undefined, state: { ...inputs, ...remoteOutputs(type, name) } };
        return { id: `${name}-id`, state: { ...computed(type, name, inputs), ...inputs } };
      },
      call: ({ token }) => {
        const answer = { ...standIns, ...calls }[token];
        if (!answer) throw new Error(`The program calls ${token}: give its answer in calls.`);
        return answer;
      },
    },
    project,
    stack,
    preview,
  );
  watchRegistrations((registration) => captured.push(registration));
  // Pulumi keeps a stack trace with each promise. Whole ones take a quarter of the time.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = Math.min(stackTraceLimit, 2);
  try {
    await pulumi.runtime.runInPulumiStack(async () => {
      await program();
      return {};
    });
    await pulumi.runtime.disconnect();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  return captured;
}

function watchRegistrations(note: (registration: Registration) => void): void {
  const monitor = pulumi.runtime.getMonitor();
  if (!monitor) throw new Error("Pulumi has no monitor: its mocks were not set.");
  const register = monitor.registerResource.bind(monitor) as Register;
  const watched: Register = (request, answer) =>
    register(request, (error, response) => {
      if (response) note({ request, response });
      answer(error, response);
    });
  Object.assign(monitor, { registerResource: watched });
}

type Register = (
  request: resource.RegisterResourceRequest,
  answer: (error: unknown, response?: resource.RegisterResourceResponse) => void,
) => unknown;

const account = "111122223333";
const region = "us-east-1";

const standIns: Readonly<Record<string, Record<string, unknown>>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": { accountId: account, arn: "", userId: "" },
  "aws:index/getRegion:getRegion": { region, name: region, id: region },
  "aws:index/getPartition:getPartition": { partition: "aws", dnsSuffix: "amazonaws.com" },
};

/** What comes before the name in an ARN, where it is not the service and nothing else. */
const arnParts: Readonly<Record<string, string>> = {
  "aws:cloudwatch/logGroup:LogGroup": `logs:${region}:${account}:log-group:`,
  "aws:cloudwatch/metricAlarm:MetricAlarm": `cloudwatch:${region}:${account}:alarm:`,
  "aws:dynamodb/table:Table": `dynamodb:${region}:${account}:table/`,
  "aws:iam/role:Role": `iam::${account}:role/`,
  "aws:lambda/function:Function": `lambda:${region}:${account}:function:`,
  "aws:secretsmanager/secret:Secret": `secretsmanager:${region}:${account}:secret:`,
};

/** Stand-ins for what AWS would compute, each naming its resource. */
function computed(type: string, resource: string, inputs: Inputs): Record<string, unknown> {
  const service = type.split(":")[1]?.split("/")[0];
  const name = typeof inputs.name === "string" ? inputs.name : resource;
  const arn = `arn:aws:${arnParts[type] ?? `${service}:${region}:${account}:`}${name}`;
  return {
    arn,
    name,
    url: `https://sqs.${region}.amazonaws.com/${account}/${name}`,
    streamArn: `${arn}/stream/1`,
    invokeArn: `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`,
    executionArn: `arn:aws:execute-api:${region}:${account}:${name}-id`,
    apiEndpoint: `wss://${name}.example.com`,
    invokeUrl: `https://${name}.example.com`,
    rootResourceId: `${name}-root`,
    arnSuffix: `net/${name}/1`,
    dnsName: `${name}.elb.example.com`,
  };
}
