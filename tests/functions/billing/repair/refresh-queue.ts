import { projectSubscription } from "../../../../functions/billing/projection/project-subscription.ts";
import type {
  RefreshRequest,
  RefreshRequests,
} from "../../../../functions/billing/repair/refresh-request.ts";
import type { BillingEvent, BillingEvents } from "../../../../functions/billing/webhook/billing-event.ts";
import { recordedTelemetry } from "../../recorded-telemetry.ts";
import type { ProjectionWorld } from "../projection/projection-world.ts";

/** The queue of refresh requests and of events in memory, and the worker that takes them. */
export function refreshQueue(world: Pick<ProjectionWorld, "ports">) {
  let queue: readonly (RefreshRequest | BillingEvent)[] = [];
  const send = async (message: RefreshRequest | BillingEvent) => {
    queue = [...queue, message];
  };
  const requests: RefreshRequests = { send };
  const events: BillingEvents = { send };
  return {
    requests,
    events,
    waiting: () => queue,
    lose: () => {
      queue = [];
    },
    /** The worker takes what is queued; what failed stays. Returns its lines. */
    work: async (stripe = world.ports.stripe) => {
      const recorded = recordedTelemetry("project-subscription");
      const receipts = { postpone: async () => {} };
      const worker = projectSubscription({
        ...world.ports,
        stripe,
        receipts,
        telemetry: recorded.telemetry,
      });
      const Records = queue.map((body, index) => ({
        messageId: `m-${index}`,
        receiptHandle: `r-${index}`,
        body: JSON.stringify(body),
        attributes: { ApproximateReceiveCount: "1", MessageGroupId: body.customerId ?? "" },
      }));
      const { batchItemFailures } = await worker({ Records });
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      queue = queue.filter((_, index) => failed.has(`m-${index}`));
      return recorded.lines();
    },
  };
}
