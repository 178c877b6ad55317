import type { RefusalCode } from "./protocol.ts";
import type { Subscriber, Subscriptions } from "./subscriptions.ts";
import type { Subscription } from "./topic-rows.ts";

export type Subscribed =
  | { readonly kind: "subscribed"; readonly subscriptions: readonly Subscription[] }
  | { readonly kind: "refused"; readonly code: Extract<RefusalCode, "too_many_topics" | "topic_full"> };

/**
 * Subscribes a connection, in two AWS calls, or three for the first ever of a topic. With `takesTurn` it gets its turn
 * in the same step. The subscriptions are those after it.
 */
export async function subscribe(
  subscriptions: Subscriptions,
  subscriber: Subscriber,
  topic: string,
  { takesTurn, now }: { readonly takesTurn: boolean; readonly now: () => number },
): Promise<Subscribed> {
  if ((await subscriptions.takePlace(subscriber, topic)) === "full") {
    return { kind: "refused", code: "too_many_topics" };
  }
  const enter = takesTurn ? subscriptions.takeTurn : subscriptions.enter;
  const entered = await enter(subscriber, topic, now());
  if (entered.kind !== "full") return { kind: "subscribed", subscriptions: entered.subscriptions };
  await subscriptions.freePlace(subscriber, topic);
  return { kind: "refused", code: "topic_full" };
}

/** Ends a subscription, in two AWS calls. One that there is not is none. */
export async function unsubscribe(
  subscriptions: Subscriptions,
  subscriber: Subscriber,
  topic: string,
): Promise<void> {
  await subscriptions.leave(subscriber, topic);
  await subscriptions.freePlace(subscriber, topic);
}
