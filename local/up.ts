// spike

import { deployWithEngine } from "./engine/deploy-with-engine.ts";
import { runProgram } from "./start/run-program.ts";

const engine = deployWithEngine(undefined, (t) => process.stderr.write(t));
const c = new AbortController();
const program = await runProgram({ port: 0, instances: 8 }, c.signal, engine.deploy);
console.log(program.ready, performance.now());
console.time("second");
await engine.stack().stack.up({ suppressProgress: true, onOutput: (t) => process.stderr.write(t) });
console.timeEnd("second");
await engine.stop();
await program.stop();
