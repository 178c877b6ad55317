import { OperateError } from "../operate-error.ts";
import type { Terminal } from "../run-command.ts";
import { findStack, type Stack } from "../stack.ts";
import { stripeOf } from "../stripe-of.ts";
import { priceOfPlan } from "./price-of-plan.ts";
import { help, readSetupArguments, type SetupOptions } from "./setup-options.ts";
import { setUpEndpoint } from "./webhook-endpoint.ts";

/** `npm run stripe:setup`. Throws OperateError. */
export async function stripeSetup(args: readonly string[], terminal: Pick<Terminal, "print">): Promise<void> {
  const options = readSetupArguments(args);
  if (!options) return help.forEach((line) => void terminal.print(line));
  await setUp(await findStack(options.target), options, terminal);
}

/**
 * Makes Stripe's account fit the stack: a price for each plan, then the webhook endpoint and its secret. One line for
 * each, `unchanged` where it was so already, and at the end what the configuration must be told.
 */
export async function setUp(
  stack: Stack,
  { target, costs, dryRun }: SetupOptions,
  { print }: Pick<Terminal, "print">,
): Promise<void> {
  const account = await stripeOf(stack);
  const plans = Object.entries(stack.plans ?? {});
  const unknown = [...costs.keys()].find((planId) => !plans.some(([id]) => id === planId));
  if (unknown !== undefined) {
    throw new OperateError(`there is no plan "${unknown}"; expected ${plans.map(([id]) => id).join(", ")}`);
  }
  const would = (state: string) => (dryRun && state !== "unchanged" ? `would be ${state}` : state);
  const toConfigure: string[] = [];
  for (const [planId, plan] of plans) {
    const price = await priceOfPlan(account, planId, plan, costs.get(planId), dryRun);
    print(`plan ${planId}  ${price.id}  ${would(price.setUp)}`);
    if (price.id !== plan.priceId && target.kind === "deployed" && !dryRun) {
      toConfigure.push(
        `npx pulumi config set --stack ${target.stack} --path synapse-d:plans.${planId}.priceId ${price.id}`,
      );
    }
  }
  const [secretArn = ""] = stack.stripe?.webhookSecretArns ?? [];
  const url = `${stack.billingUrl}/stripe/webhook`;
  const endpoint = await setUpEndpoint(account, stack.secrets, url, secretArn, dryRun);
  print(`webhook  ${endpoint.id}  ${would(endpoint.setUp)}`);
  print(`secret  ${secretArn}  ${endpoint.secret === "unknown" ? secretUnknown : would(endpoint.secret)}`);
  if (toConfigure.length > 0) {
    print("Then tell the stack, and deploy it again:");
    for (const command of toConfigure) print(`  ${command}`);
  }
}

const secretUnknown = "not checked: the endpoint was not made by this command";
