import { columns, whole } from "../columns.ts";
import { type Machine, machineLine } from "../machine.ts";

export interface Evaluation {
  readonly name: "import" | "warm" | "cold";
  /** Median, from the start of the process. */
  readonly milliseconds: number;
  /** Median of the rounds' ratios. */
  readonly besideImport: number;
}

export interface PreviewReport {
  readonly bench: "preview";
  readonly machine: Machine;
  readonly settings: { readonly rounds: number };
  readonly resources: number;
  readonly evaluations: readonly Evaluation[];
}

const names = {
  import: "import of @pulumi/aws alone",
  warm: "the program, bundles kept from an earlier run",
  cold: "the program, every function bundled anew",
};
/** The budgets, as multiples of the bare import. */
const budgets = { import: "–", warm: "2.0 ×", cold: "4.0 ×" };

/** What a person reads. */
export function previewTable({ machine, settings, resources, evaluations }: PreviewReport): string {
  return [
    `preview: ${settings.rounds} rounds; the program registers ${resources} resources of prod, components too.`,
    machineLine(machine),
    "",
    ...columns([
      ["median, from the start of the process", "", "beside the import", "budget"],
      ...evaluations.map(({ name, milliseconds, besideImport }) => [
        names[name],
        `${whole(milliseconds)} ms`,
        `${besideImport.toFixed(1)} ×`,
        budgets[name],
      ]),
    ]),
  ].join("\n");
}
