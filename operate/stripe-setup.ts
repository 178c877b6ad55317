// `npm run stripe:setup`: makes Stripe's account fit a stack.
import { runCommand } from "./run-command.ts";
import { stripeSetup } from "./stripe-setup/stripe-setup.ts";

await runCommand("stripe:setup", stripeSetup);
