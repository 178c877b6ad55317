import { readArguments, targetHelp, targetOf, targetOptions } from "../arguments.ts";
import { OperateError } from "../operate-error.ts";
import type { Target } from "../stack.ts";
import type { Cost } from "./price-of-plan.ts";

export interface SetupOptions {
  readonly target: Target;
  /** By the plan's id. */
  readonly costs: ReadonlyMap<string, Cost>;
  readonly dryRun: boolean;
}

export const help = [
  "npm run stripe:setup -- [options]",
  "",
  "  Gives each plan of the stack its price at Stripe, and has Stripe's events sent to the stack. Run it again at any time.",
  "",
  ...targetHelp,
  "  --price PLAN=COST  What a plan without a price costs, such as team=1900usd/month: in the smallest unit of the",
  "                     currency, for a day, week, month or year. Once for each plan.",
  "  --dry-run          Says what would be done, and does nothing.",
];

/** Undefined when help was asked for. Throws OperateError. */
export function readSetupArguments(args: readonly string[]): SetupOptions | undefined {
  const { values, positionals } = readArguments(args, {
    ...targetOptions,
    price: { type: "string", multiple: true },
    "dry-run": { type: "boolean" },
    help: { type: "boolean", short: "h" },
  });
  if (values.help || args.length === 0) return undefined;
  if (positionals.length > 0) throw new OperateError(`"${positionals[0]}" is too much`);
  return {
    target: targetOf(values),
    costs: new Map((values.price ?? []).map(readCost)),
    dryRun: values["dry-run"] === true,
  };
}

function readCost(text: string): [string, Cost] {
  const [, plan, amount, currency, interval] =
    /^([a-z][a-z0-9-]{0,39})=(\d{1,8})([a-z]{3})\/(day|week|month|year)$/.exec(text) ?? [];
  if (plan === undefined || currency === undefined) {
    throw new OperateError(`--price is "${text}"; expected a plan and its cost, such as team=1900usd/month`);
  }
  return [plan, { unitAmount: Number(amount), currency, interval: interval as Cost["interval"] }];
}
