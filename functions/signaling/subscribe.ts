import type { RefusalCode } from "./protocol.ts";
import type { Subscriber, Subscriptions } from "./subscriptions.ts";

/** Subscribers of a topic. One invocation posts to them all, and each SDP of y-webrtc goes to each. */
export const subscribersPerTopic = 50;

export type Subscribed =
  | { readonly kind: "subscribed"; readonly subscribers: readonly string[] | undefined }
  | { readonly kind: "refused"; readonly code: Extract<RefusalCode, "too_many_topics" | "topic_full"> };

/**
 * Subscribes a connection, in three AWS calls, or in two when it is subscribed already. It enters first
 * and counts then: of two that enter at once the one that reads last counts both, so a topic is never
 * over its limit for longer than that takes. When just one place was left, both may be refused.
 * `subscribers` are those whom it counted, itself among them.
 */
export async function subscribe(
  subscriptions: Subscriptions,
  subscriber: Subscriber,
  topic: string,
  now: () => number,
): Promise<Subscribed> {
  if ((await subscriptions.takePlace(subscriber, topic)) === "full") {
    return { kind: "refused", code: "too_many_topics" };
  }
  if ((await subscriptions.enter(subscriber, topic)) === "known") {
    return { kind: "subscribed", subscribers: undefined };
  }
  let counted = false;
  try {
    const subscribers = await subscriptions.subscribersOf(subscriber.channel, topic, now());
    counted = subscribers.length <= subscribersPerTopic;
    return counted ? { kind: "subscribed", subscribers } : { kind: "refused", code: "topic_full" };
  } finally {
    // Also when it could not be counted.
    if (!counted) await unsubscribe(subscriptions, subscriber, topic);
  }
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
