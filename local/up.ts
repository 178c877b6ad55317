// `npm run up:local`: the program of index.ts, deployed on this machine by the real Pulumi engine.
import { join } from "node:path";
import { keepCompiledCode } from "./keep-compiled-code.ts";
import { keepInstancesWarm } from "./keep-instances-warm.ts";

keepCompiledCode();
keepInstancesWarm();
const { runOnEngine } = await import("./engine/run-on-engine.ts");
const { serveProgram } = await import("./start/serve-program.ts");

await serveProgram("npm run up:local", (options, signal) =>
  runOnEngine(
    join(import.meta.dirname, ".."),
    options,
    signal,
    options.json ? undefined : (line) => process.stderr.write(`${line}\n`),
  ),
);
