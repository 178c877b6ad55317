// `npm start`: the program of index.ts, running on this machine.
import { keepCompiledCode } from "./keep-compiled-code.ts";
import { keepInstancesWarm } from "./keep-instances-warm.ts";

keepCompiledCode();
keepInstancesWarm();
const { runProgram } = await import("./start/run-program.ts");
const { serveProgram } = await import("./start/serve-program.ts");

await serveProgram("npm start", runProgram);
