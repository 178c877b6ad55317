// `npm start`: the program of index.ts, running on this machine.
import { keepCompiledCode } from "./keep-compiled-code.ts";

keepCompiledCode();
const { runProgram } = await import("./start/run-program.ts");
const { serveProgram } = await import("./start/serve-program.ts");

await serveProgram("npm start", runProgram);
