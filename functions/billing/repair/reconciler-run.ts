import { bulkhead } from "cockatiel";
import type { AccessPolicy } from "../access/access-policy.ts";
import type { Plans } from "../access/entitlement.ts";
import type { Customers } from "../projection/customers.ts";
import type { BillingEvent, BillingEvents } from "../webhook/billing-event.ts";
import type { Progress, ReconcilerProgress, SavedProgress } from "./reconciler-progress.ts";
import type { RefreshRequests } from "./refresh-request.ts";
import type { StripeLists } from "./stripe-lists.ts";

export interface RunPorts {
  readonly progress: ReconcilerProgress;
  readonly lists: StripeLists;
  readonly customers: Pick<Customers, "read" | "userOf">;
  readonly requests: RefreshRequests;
  /** Where an event goes whose webhook was lost. */
  readonly events: BillingEvents;
  readonly plans: Plans;
  readonly access: AccessPolicy;
}

export interface RunCounts {
  /** Events that no earlier run had seen. */
  undelivered: number;
  compared: number;
  /** Customers whose row a refresh would change. */
  drifted: number;
  /** Customers of Stripe's that are nobody's row. */
  unknown: number;
  queued: number;
  walkEnded: boolean;
}

/** How a step ended: `deadline_reached` and `cursor_lost` go on in the next run, `other_run` has gone on already. */
export type StepEnd = "done" | "deadline_reached" | "cursor_lost" | "other_run";

/** One run of the reconciler, which its steps share. */
export interface Run extends RunPorts {
  /** Epoch seconds at its start. */
  readonly now: number;
  readonly counts: RunCounts;
  readonly faults: unknown[];
  /** True when too little time is left for one more page. */
  readonly isLate: () => boolean;
  readonly saved: () => Progress;
  /** Has each customer read anew, once in a run. Durable when it resolves. */
  readonly ask: (customerIds: readonly string[]) => Promise<void>;
  /** Queues events as their webhooks would have. Durable when it resolves. */
  readonly repeat: (events: readonly BillingEvent[]) => Promise<void>;
  /** False when another run has saved meanwhile. */
  readonly save: (progress: Progress) => Promise<boolean>;
}

export const atOnce = 16;

export async function beginRun(ports: RunPorts, now: number, isLate: () => boolean): Promise<Run> {
  let saved: SavedProgress = await ports.progress.read();
  const asked = new Set<string>();
  const limited = bulkhead(atOnce, Number.MAX_SAFE_INTEGER);
  const counts = { undelivered: 0, compared: 0, drifted: 0, unknown: 0, queued: 0, walkEnded: false };
  const askOne = async (customerId: string): Promise<void> => {
    // Of this run alone: the queue takes an id once in five minutes, and what changed since must be read too.
    await ports.requests.send({ v: 1, cause: "reconcile", customerId }, String(now));
    asked.add(customerId);
    counts.queued += 1;
  };
  return {
    ...ports,
    now,
    counts,
    faults: [],
    isLate,
    saved: () => saved.progress,
    ask: async (customerIds) => {
      const fresh = [...new Set(customerIds)].filter((id) => !asked.has(id));
      await Promise.all(fresh.map((id) => limited.execute(() => askOne(id))));
    },
    repeat: async (events) => {
      await Promise.all(events.map((event) => limited.execute(() => ports.events.send(event))));
      counts.queued += events.length;
    },
    save: async (progress) => {
      const next = await ports.progress.save(saved, progress);
      if (next) saved = next;
      return next !== undefined;
    },
  };
}
