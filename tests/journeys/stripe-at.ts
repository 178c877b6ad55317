import { Stripe } from "stripe";
import type { Ready } from "./running-program.ts";

/** The real library, at the fake. */
export async function stripeAt(ready: Ready): Promise<Stripe> {
  const health = await fetch(`${ready.stripeControl}/health`);
  const { secretKey } = (await health.json()) as { secretKey: string };
  const { hostname, port } = new URL(ready.stripe);
  return new Stripe(secretKey, { host: hostname, port, protocol: "http", telemetry: false });
}
