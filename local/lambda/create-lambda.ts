import { randomUUID } from "node:crypto";
import { AwsError } from "../aws-error.ts";
import type { Clock } from "../clock.ts";
import type { Endpoint } from "../endpoint/endpoint.ts";
import { type Faults, noFaults } from "../faults/faults.ts";
import type { Iam } from "../iam/iam.ts";
import type { Logs } from "../logs/logs.ts";
import { untraced, type XRay } from "../xray/xray.ts";
import { unpack } from "./deployment-package.ts";
import { QueuePoller } from "./event-source-mapping/queue-poller.ts";
import { refuseReservedVariables } from "./function-environment.ts";
import { FunctionInstances } from "./function-instances.ts";
import { functionPolicy } from "./function-policy.ts";
import type {
  EventSourceMappingConfiguration,
  FunctionConfiguration,
  FunctionPermission,
  InvocationResult,
  Lambda,
} from "./lambda.ts";

export interface LambdaOptions {
  readonly clock: Clock;
  readonly iam: Iam;
  readonly logs: Logs;
  /** Takes the functions' traces. Default: nobody does. */
  readonly xray?: Pick<XRay, "begin" | "daemonAddress">;
  /** Met by invocations that are allowed. Default: none. */
  readonly faults?: Pick<Faults, "through">;
  /** What `AWS_ENDPOINT_URL` names; asked when an instance starts. */
  readonly endpointUrl: () => string;
  /** How a queue poller calls SQS; first used when a mapping is made. */
  readonly call: Endpoint["call"];
  /** Folder for the functions' files and compiled code. The caller removes it, or keeps it for a faster next start. */
  readonly directory: string;
  /** Instances of one function at once. Default 8. */
  readonly maximumInstances?: number;
  /** Tells the developer what has no other place: lost log lines, unfinished work, a failing poller. Default stderr. */
  readonly report?: (line: string) => void;
  readonly newId?: () => string;
}

interface DeployedFunction {
  readonly configuration: FunctionConfiguration;
  readonly instances: FunctionInstances;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const maximumRequest = 6_291_456;

/** Lambda on worker threads: the deployed code with its declared environment, memory and timeout. */
export function createLambda(options: LambdaOptions): Lambda {
  const { clock, iam, call, faults = noFaults, maximumInstances = 8, newId = randomUUID } = options;
  const report = options.report ?? ((line: string) => void process.stderr.write(`${line}\n`));
  const functions = new Map<string, DeployedFunction>();
  /** Also those replaced or deleted while an invocation ran. */
  const versions = new Set<FunctionInstances>();
  const permissions = new Map<string, Map<string, FunctionPermission>>();
  const policies = new Map<string, string | undefined>();
  const pollers = new Map<string, QueuePoller>();
  const mappings = new Map<string, EventSourceMappingConfiguration>();
  const unfinished = new Map<string, number>();
  const reported = new Set<string>();
  const reportOnce = (key: string, line: string) => {
    if (reported.has(key)) return;
    reported.add(key);
    report(line);
  };

  const find = (nameOrArn: string): DeployedFunction => {
    const name = nameOf(nameOrArn);
    const found = functions.get(name);
    if (found) return found;
    throw new AwsError("ResourceNotFoundException", 404, `Function not found: ${nameOrArn}`, {
      Type: "User",
    });
  };

  const run = (
    { configuration, instances }: DeployedFunction,
    payload: unknown,
    trace?: string,
  ): Promise<InvocationResult> => {
    const event = JSON.stringify(payload) ?? "null";
    // A UTF-16 unit is at most 3 bytes of UTF-8.
    if (event.length * 3 > maximumRequest && Buffer.byteLength(event) > maximumRequest) {
      throw new AwsError(
        "RequestTooLargeException",
        413,
        `Request must be smaller than ${maximumRequest} bytes for the InvokeFunction operation`,
      );
    }
    const invocation = {
      service: "lambda",
      operation: "Invoke",
      text: () => `${configuration.arn} ${event}`,
    } as const;
    return faults.through(invocation, () => instances.run(newId(), event, trace));
  };

  const changePermission = (functionName: string, change: (of: Map<string, FunctionPermission>) => void) => {
    const name = nameOf(functionName);
    const ofFunction = permissions.get(name) ?? new Map<string, FunctionPermission>();
    change(ofFunction);
    permissions.set(name, ofFunction);
    const deployed = functions.get(name);
    policies.set(name, deployed && functionPolicy(deployed.configuration.arn, ofFunction.values()));
  };

  return {
    async putFunction(configuration) {
      refuseReservedVariables(configuration.environment);
      const { name } = configuration;
      const deployment = await unpack(configuration, options.directory);
      const instances = new FunctionInstances({
        xray: untraced,
        ...options,
        maximumInstances,
        configuration,
        deployment,
        onLogLoss: (why) =>
          reportOnce(`log ${name} ${why}`, `Lambda function ${name}: log lines are lost: ${why}`),
        onTraceLoss: (why) =>
          reportOnce(`trace ${name} ${why}`, `Lambda function ${name}: traces are lost: ${why}`),
        onUnfinishedWork: (kinds) => {
          unfinished.set(name, (unfinished.get(name) ?? 0) + 1);
          reportOnce(
            `work ${name} ${kinds}`,
            `Lambda function ${name} returned with unfinished work (${kinds.join(", ")}), which Lambda would freeze.`,
          );
        },
      });
      for (const version of versions) if (version.ended) versions.delete(version);
      versions.add(instances);
      const previous = functions.get(name);
      functions.set(name, { configuration, instances });
      changePermission(name, () => {});
      await previous?.instances.retire();
    },
    async deleteFunction(name) {
      const deployed = functions.get(name);
      functions.delete(name);
      permissions.delete(name);
      policies.delete(name);
      await deployed?.instances.retire();
    },
    configuration: (name) => functions.get(name)?.configuration,
    permission: (functionName, statementId) => permissions.get(nameOf(functionName))?.get(statementId),
    putPermission(functionName, permission) {
      find(functionName);
      changePermission(functionName, (ofFunction) => ofFunction.set(permission.statementId, permission));
    },
    deletePermission(functionName, statementId) {
      changePermission(functionName, (ofFunction) => ofFunction.delete(statementId));
    },
    async putEventSourceMapping(mapping, uuid = newId()) {
      const { configuration } = find(mapping.functionName);
      const poller = new QueuePoller({
        clock,
        call,
        mapping,
        role: () => find(mapping.functionName).configuration.roleArn,
        functionTimeout: configuration.timeout,
        endpointUrl: options.endpointUrl(),
        invoke: async (event) => run(find(mapping.functionName), event),
        report: (line) => reportOnce(`poller ${uuid} ${line}`, `Event source mapping ${uuid}: ${line}`),
      });
      await poller.start();
      pollers.get(uuid)?.stop();
      pollers.set(uuid, poller);
      mappings.set(uuid, mapping);
      return uuid;
    },
    async deleteEventSourceMapping(uuid) {
      pollers.get(uuid)?.stop();
      pollers.delete(uuid);
      mappings.delete(uuid);
    },
    eventSourceMapping: (uuid) => mappings.get(uuid),
    async invoke({ functionName, payload, principal, context, trace }) {
      const deployed = find(functionName);
      const { name, arn } = deployed.configuration;
      const policy = policies.get(name);
      iam.authorize({
        principal,
        action: "lambda:InvokeFunction",
        resource: arn,
        context,
        ...(policy !== undefined && { resourcePolicies: [policy] }),
      });
      return run(deployed, payload, trace);
    },
    instances: () =>
      Object.fromEntries([...functions].map(([name, { instances }]) => [name, instances.count])),
    kill: (name) => functions.get(name)?.instances.kill(),
    freeze: (name, milliseconds) => functions.get(name)?.instances.freeze(milliseconds),
    recycle: async (name) => functions.get(name)?.instances.recycle(),
    unfinishedWork: () => Object.fromEntries(unfinished),
    async stop() {
      for (const poller of pollers.values()) poller.stop();
      pollers.clear();
      await Promise.all([...versions].map((instances) => instances.stop()));
    },
  };
}

function nameOf(nameOrArn: string): string {
  return nameOrArn.startsWith("arn:") ? (nameOrArn.split(":")[6] ?? nameOrArn) : nameOrArn;
}
