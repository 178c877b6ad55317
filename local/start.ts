// `npm start`: the program of index.ts, running on this machine.
import { runProgram } from "./start/run-program.ts";
import { serveProgram } from "./start/serve-program.ts";

await serveProgram("npm start", runProgram);
