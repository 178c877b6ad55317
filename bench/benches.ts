import type { Bench } from "./bench.ts";
import { cost } from "./cost/cost-bench.ts";
import { load } from "./load/load-bench.ts";
import { preview } from "./preview/preview-bench.ts";
import { relay } from "./relay/relay-bench.ts";
import { setup } from "./setup/setup-bench.ts";
import { sockets } from "./sockets/sockets-bench.ts";
import { webhook } from "./webhook/webhook-bench.ts";

/** What `npm run bench` offers, by name. */
export const benches: Readonly<Record<string, Bench>> = {
  relay,
  setup,
  cost,
  sockets,
  webhook,
  load,
  preview,
};
