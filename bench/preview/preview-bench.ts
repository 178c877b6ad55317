import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { bench } from "../bench.ts";
import { loadNow, machine } from "../machine.ts";
import { median } from "../percentile.ts";
import { type Evaluation, type PreviewReport, previewTable } from "./preview-report.ts";

const root = join(import.meta.dirname, "..", "..");
const bundles = join(root, "node_modules", ".cache", "bundles");
const run = promisify(execFile);

/** What a process took from its start, and how many resources it registered. */
async function evaluated(what: "import" | "program"): Promise<{ milliseconds: number; resources: number }> {
  const script = join(import.meta.dirname, "evaluate.ts");
  const { stdout } = await run(process.execPath, ["--no-warnings", script, what], { cwd: root });
  return JSON.parse(stdout);
}

/** The program's own part of a preview, beside the least that any program in `@pulumi/aws` takes. */
export const preview = bench({
  description: "evaluating the program with all its bundles, beside the bare import of @pulumi/aws",
  options: {
    rounds: { meaning: "Rounds; each takes all three, in turn.", standard: 5, least: 1, most: 50 },
  },
  run: async ({ rounds }, tell): Promise<PreviewReport> => {
    const loadBefore = loadNow();
    const times: Record<Evaluation["name"], number[]> = { import: [], warm: [], cold: [] };
    let resources = 0;
    await evaluated("program");
    for (let round = 1; round <= rounds; round++) {
      tell(`round ${round} of ${rounds}`);
      times.import.push((await evaluated("import")).milliseconds);
      const warm = await evaluated("program");
      times.warm.push(warm.milliseconds);
      resources = warm.resources;
      // It is a cache: whoever misses it bundles anew.
      rmSync(bundles, { recursive: true, force: true });
      times.cold.push((await evaluated("program")).milliseconds);
    }
    const ratioOf = (name: Evaluation["name"]) =>
      median(times[name].map((time, round) => time / (times.import[round] ?? 0))) ?? 0;
    const evaluations = (["import", "warm", "cold"] as const).map((name) => ({
      name,
      milliseconds: median(times[name]) ?? 0,
      besideImport: ratioOf(name),
    }));
    return { bench: "preview", machine: machine(loadBefore), settings: { rounds }, resources, evaluations };
  },
  table: previewTable,
});
