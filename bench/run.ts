// `npm run bench`: lists the benches, or runs one and prints what it measured. Nothing is asserted or saved.
import { BenchError } from "./bench-error.ts";
import { type BenchOptions, parseBenchArguments } from "./bench-options.ts";
import { benches } from "./benches.ts";
import { endWithChildren } from "./end-with-children.ts";

const parsed = parseBenchArguments(process.argv.slice(2), benches);
if (parsed.kind === "list") process.stdout.write(parsed.text);
else if (parsed.kind === "refused") {
  process.stderr.write(`bench: ${parsed.message}\n`);
  process.exitCode = 1;
} else await run(parsed.options);

function run({ bench, values, json }: BenchOptions): Promise<never> {
  return endWithChildren(async () => {
    try {
      const result = await benches[bench]?.run(values, (progress) => process.stderr.write(`${progress}\n`));
      process.stdout.write(`${json ? JSON.stringify(result?.report) : `\n${result?.table}`}\n`);
      return 0;
    } catch (error) {
      if (!(error instanceof BenchError)) throw error;
      process.stderr.write(`bench: ${error.message}\n`);
      return 1;
    }
  });
}
