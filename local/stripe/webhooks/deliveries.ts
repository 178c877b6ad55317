import type { Account } from "../account.ts";
import { apiVersion } from "../api/versions.ts";
import type { SnapshotEvent, ThinEvent } from "../event-log.ts";
import type { DeliveryFault, DeliveryFaults } from "./delivery-faults.ts";
import { snapshotBody, thinBody } from "./event-bodies.ts";
import { receiversOf } from "./receivers.ts";
import { sendWebhook } from "./send-webhook.ts";
import { signatureOf } from "./signature.ts";
import type { WebhookSecrets } from "./webhook-secrets.ts";

/** Where an event goes: an endpoint, and the version whose shape it wants. */
export interface Receiver {
  readonly id: string;
  readonly url: string;
  readonly version: string | null;
}

export interface Deliveries {
  /** Begins to send what has happened since the last time. */
  dispatch(): void;
  isDelivered(event: string): boolean;
  /** How many endpoints have not taken the event yet. */
  pending(event: string): number;
  /** Sends an event once more to every endpoint that wants it, as the Dashboard's button does. */
  resend(event: string): boolean;
  /** Resolves when every delivery that is under way now has had its answer, or ten seconds. */
  settled(): Promise<void>;
  stop(): void;
}

interface Delivery {
  readonly event: SnapshotEvent | ThinEvent;
  readonly receiver: Receiver;
  readonly faults: readonly DeliveryFault[];
  readonly attempt: number;
}

const minute = 60_000;
const threeDays = 3 * 24 * 60 * minute;

/** Milliseconds before the next try: a minute, doubled each time, 12 hours at most. Stripe does not publish its own. */
export const backoff = (attempt: number): number => Math.min(minute * 2 ** (attempt - 1), 12 * 60 * minute);

/**
 * Sends events to endpoints until each answers 2xx, for three days (https://docs.stripe.com/webhooks#retries),
 * signed anew each time. All that one step brought is begun in its order; nothing waits for an answer.
 */
export function createDeliveries(
  account: Account,
  secrets: WebhookSecrets,
  faults: DeliveryFaults,
): Deliveries {
  const open = new Map<string, Set<string>>();
  const underWay = new Set<Promise<void>>();
  let held: Delivery[] = [];
  let isStopped = false;

  const deliver = (delivery: Delivery): void => {
    // Nothing is sent again to an endpoint that was disabled meanwhile.
    if (isStopped || !isEnabled(account, delivery.receiver.id)) return;
    const { event, receiver, attempt } = delivery;
    const sending = post(delivery).then((status) => {
      underWay.delete(sending);
      if (isStopped) return;
      const isTaken = status >= 200 && status < 300;
      if (isTaken) finish(delivery);
      const wait = backoff(attempt);
      if (isTaken || account.clock.now() + wait > event.created * 1_000 + threeDays) return;
      account.clock.setTimeout(() => deliver({ ...delivery, faults: [], attempt: attempt + 1 }), wait);
    });
    underWay.add(sending);
    account.clock.hold(sending);
    open.set(event.id, (open.get(event.id) ?? new Set()).add(receiver.id));
  };

  const finish = ({ event, receiver }: Delivery): void => void open.get(event.id)?.delete(receiver.id);

  const post = ({ event, receiver, faults: met }: Delivery): Promise<number> => {
    const body = JSON.stringify(
      "object" in event
        ? snapshotBody(event, receiver.version ?? apiVersion, open.get(event.id)?.size ?? 1)
        : thinBody(event, false),
    );
    const signature = signatureOf(body, secrets.live(receiver.id), account.now());
    const isEncoded = met.some(({ kind }) => kind === "base64");
    return sendWebhook({
      url: receiver.url,
      signature,
      body: isEncoded ? Buffer.from(body).toString("base64") : body,
      ...(isEncoded && { headers: { "content-transfer-encoding": "base64" } }),
    });
  };

  const begin = (delivery: Delivery): void => {
    const kinds = new Map(delivery.faults.map((fault) => [fault.kind, fault]));
    const waiting = open.get(delivery.event.id) ?? new Set();
    open.set(delivery.event.id, waiting.add(delivery.receiver.id));
    const lost = kinds.get("lose");
    if (lost?.silently) finish(delivery);
    if (lost) return;
    const order = kinds.get("reorder");
    if (order) {
      held.push(delivery);
      if (held.length >= order.window) release();
      return;
    }
    const late = kinds.get("delay");
    if (late) account.clock.setTimeout(() => deliver(delivery), late.milliseconds);
    else deliver(delivery);
    if (kinds.has("duplicate")) deliver(delivery);
  };

  const release = (): void => {
    const turned = held.reverse();
    held = [];
    for (const delivery of turned) deliver(delivery);
  };

  const send = (event: SnapshotEvent | ThinEvent): void => {
    for (const receiver of receiversOf(account, event)) {
      begin({ event, receiver, faults: faults.take(event.type), attempt: 1 });
    }
  };

  return {
    dispatch() {
      for (const event of account.outbox.splice(0)) send(event);
      if (held.length > 0 && faults.list().every(({ kind }) => kind !== "reorder")) release();
    },
    isDelivered: (event) => (open.get(event)?.size ?? 0) === 0,
    pending: (event) => open.get(event)?.size ?? 0,
    resend(id) {
      const event = account.events.get(id) ?? account.thinEvents.get(id);
      if (event) send(event);
      return event !== undefined;
    },
    async settled() {
      await Promise.all(underWay);
    },
    stop() {
      isStopped = true;
    },
  };
}

const isEnabled = (account: Account, id: string): boolean =>
  (account.webhookEndpoints.get(id)?.status ?? account.eventDestinations.get(id)?.status) === "enabled";
