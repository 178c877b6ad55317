import { AdvanceableClock } from "../clock.ts";
import { type LocalCloud, startCloud } from "../cloud.ts";
import { type Console, startConsole } from "../console/console.ts";
import { connectionRoutes } from "../control/connection-routes.ts";
import { type Control, startControl } from "../control/control.ts";
import { faultRoutes } from "../control/fault-routes.ts";
import { functionRoutes } from "../control/function-routes.ts";
import { operatorArn, operatorRoutes } from "../control/operator-routes.ts";
import { tableRoutes } from "../control/table-routes.ts";
import { traceRoutes } from "../control/trace-routes.ts";
import { type Issuer, startIssuer } from "../issuer/issuer.ts";
import { newCapabilityToken } from "../loopback/capability-url.ts";
import { evaluateProgram, type ProgramEvaluation } from "../program/evaluate-program.ts";
import { asText, projectName, stackConfiguration, stackSettings } from "../program/stack-configuration.ts";
import { makeDataFolder, unusable } from "./data-folder.ts";
import type { Ready } from "./ready-report.ts";
import { StartError } from "./start-error.ts";
import type { StartOptions } from "./start-options.ts";
import { openStripeAccount } from "./stripe-account.ts";
import { openTurnRelay } from "./turn-relay.ts";

export interface RunningProgram {
  readonly ready: Ready;
  readonly cloud: LocalCloud;
  /** What a person should know besides. */
  readonly notes?: readonly string[];
  stop(): Promise<void>;
}

/** What `Deploy` puts into the local cloud. */
export interface DeployableProgram {
  readonly project: string;
  readonly stack: "local";
  /** `namespace:key` → value, as in a stack file. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly cloud: LocalCloud;
  readonly signal: AbortSignal;
}

/** Runs the program and has what it declares made in the cloud. Rejects with the reason when either fails. */
export type Deploy = (program: DeployableProgram) => Promise<ProgramEvaluation>;

/** Evaluates the program under Pulumi's mocks. */
const evaluateHere: Deploy = ({ project, stack, settings, cloud, signal }) =>
  evaluateProgram({ project, stack, config: asText(settings), create: cloud.create, signal });

const audience = "synapse-d";

/**
 * Deploys `index.ts` as the stack `local` and runs what it declares. Rejects with a StartError when
 * the port is taken, the folder cannot be written, or the program or one of its resources is wrong;
 * nothing keeps running then.
 */
export async function runProgram(
  options: Omit<StartOptions, "json">,
  signal: AbortSignal,
  deploy: Deploy = evaluateHere,
): Promise<RunningProgram> {
  if (options.dataFolder !== undefined) await makeDataFolder(options.dataFolder);
  const parts = new Parts();
  try {
    const started = await start(parts, options, signal, deploy);
    return { ...started, stop: () => parts.stop() };
  } catch (error) {
    await parts.stop();
    throw error;
  }
}

async function start(
  parts: Parts,
  { port, dataFolder, instances, turn }: Omit<StartOptions, "json">,
  signal: AbortSignal,
  deploy: Deploy,
): Promise<Omit<RunningProgram, "stop">> {
  const clock = new AdvanceableClock();
  const token = newCapabilityToken();
  let evaluation: ProgramEvaluation | undefined;
  const output = (name: string) => String(evaluation?.outputs[name] ?? "");

  const console: Console = await startConsole({
    token,
    port,
    signalingUrl: () => output("signalingUrl"),
    billingUrl: () => output("billingUrl"),
    issuer: () => issuer.issuer,
    control: () => control.url,
    stripeControl: () => stripe.fake.control,
  }).catch((error: unknown) => {
    throw isTaken(error) ? new StartError(`Port ${port} is taken. Choose another with --port N.`) : error;
  });
  parts.add(console.close);
  const consoleOrigin = () => console.origin;
  const issuer: Issuer = await startIssuer({ clock, token, audience, consoleOrigin });
  parts.add(issuer.close);
  const cloud: LocalCloud = await startCloud({
    clock,
    maximumInstances: instances,
    ...(dataFolder !== undefined && { dataFolder }),
  }).catch((error: unknown) => {
    throw dataFolder === undefined ? error : unusable(dataFolder, error);
  });
  parts.add(cloud.stop);
  const { iam, logs, lambda, faults, secrets, tables, webSocketApis, xray } = cloud.services;
  const stack = stackConfiguration("dev");
  const stripe = await openStripeAccount(
    { clock, token, consoleOrigin },
    `${console.url}/`,
    stack["synapse-d:plans"] ?? "{}",
    secrets,
  );
  parts.add(stripe.fake.close);
  const relay = turn && (await openTurnRelay(secrets));
  if (relay) parts.add(relay.stop);
  const resources = () => (evaluation?.resources ?? []).filter(({ type }) => type.startsWith("aws:"));
  const control: Control = await startControl({
    token,
    consoleOrigin,
    clock,
    status: () => ({ ready: evaluation !== undefined, resources: resources().length }),
    resources: () => evaluation?.resources ?? [],
    grants: iam.grants,
    denials: iam.denials,
    logLines: logs.lines,
    instances: lambda.instances,
    moreRoutes: [
      ...faultRoutes(faults),
      ...functionRoutes(lambda),
      ...connectionRoutes(webSocketApis),
      ...operatorRoutes({
        iam,
        endpointUrl: cloud.endpointUrl,
        operation: () => evaluation?.outputs.operation,
      }),
      ...tableRoutes(tables),
      ...traceRoutes(xray),
    ],
  });
  parts.add(control.close);

  evaluation = await deploy({
    project: projectName(),
    stack: "local",
    settings: {
      ...stackSettings("dev", {
        // No name leads to this machine, so the APIs keep the addresses of their ports.
        "synapse-d:signaling": { domain: undefined },
        "synapse-d:billing": { domain: undefined },
        "synapse-d:oidc": { issuer: issuer.issuer, audience },
        "synapse-d:corsOrigins": [console.origin],
        "synapse-d:operatorArns": [operatorArn],
        ...("synapse-d:plans" in stack && stripe.configuration),
        // Who has no secret of that relay here gets no credentials for it.
        "synapse-d:turn": undefined,
      }),
      ...relay?.configuration,
    },
    cloud,
    signal,
  }).catch((error: unknown) => {
    throw error instanceof StartError ? error : new StartError(`index.ts cannot run here: ${reason(error)}`);
  });
  if (resources().some(({ name }) => name === "WebhookHandler")) {
    await stripe.registerWebhook(output("billingUrl"));
  }
  const ready: Ready = {
    console: `${console.url}/`,
    signaling: output("signalingUrl"),
    billing: output("billingUrl"),
    issuer: issuer.issuer,
    stripe: stripe.fake.url,
    stripeControl: stripe.fake.control,
    control: control.url,
    ...(relay && { turn: relay.url }),
    resources: resources().length,
  };
  return { ready, cloud };
}

/** What has been started, stopped in the opposite order, once. */
class Parts {
  #stops: (() => Promise<void>)[] = [];

  add(stop: () => Promise<void>): void {
    this.#stops.push(stop);
  }

  async stop(): Promise<void> {
    const stops = this.#stops.reverse();
    this.#stops = [];
    for (const stop of stops) await stop();
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
