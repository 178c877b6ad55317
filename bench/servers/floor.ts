// A floor in a process of its own: the local cloud with the program of the first argument instead of index.ts.
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { AdvanceableClock } from "../../local/clock.ts";
import { startCloud } from "../../local/cloud.ts";
import { startControl } from "../../local/control/control.ts";
import { newCapabilityToken } from "../../local/loopback/capability-url.ts";
import { evaluateProgram } from "../../local/program/evaluate-program.ts";
import { untilInterrupted } from "./until-interrupted.ts";

const clock = new AdvanceableClock();
const cloud = await startCloud({ clock });
const { iam, logs, lambda } = cloud.services;
const { outputs, resources } = await evaluateProgram({
  program: resolve(process.argv[2] ?? ""),
  project: "floor",
  stack: "bench",
  config: {},
  create: cloud.create,
});
const control = await startControl({
  token: newCapabilityToken(),
  consoleOrigin: () => "",
  clock,
  status: () => ({ ready: true }),
  resources: () => resources,
  grants: iam.grants,
  denials: iam.denials,
  logLines: logs.lines,
  instances: lambda.instances,
});
await untilInterrupted({
  url: outputs.url,
  control: control.url,
  bundleBytes: gzipSync(String(outputs.handlerCode)).length,
});
await control.close();
await cloud.stop();
