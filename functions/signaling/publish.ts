import { bulkhead } from "cockatiel";
import { isRetryable } from "../shared/failure.ts";
import type { Connections, Posted } from "./connections.ts";
import { type Subscribed, subscribe } from "./subscribe.ts";
import type { Subscriber, Subscriptions } from "./subscriptions.ts";

/** Posts at once. */
const atOnce = 16;

export type Published =
  | {
      readonly kind: "published";
      /** Of the publisher itself, who gets it as the answer to its frame. */
      readonly echo: string;
      /** How many of the others got it, are gone, or did not take it in time: these will not get it. */
      readonly reached: number;
      readonly gone: number;
      readonly unreachable: number;
    }
  | Extract<Subscribed, { kind: "refused" }>;

/**
 * Sends a frame to every subscriber of a topic: one Query, and one post to each of the others. API
 * Gateway runs two frames of a socket side by side, so an announcement may overtake the subscription
 * that was sent before it, and the answers to it would find nobody. Hence who publishes is subscribed
 * before anything goes out, and of two that announce themselves at once at least one hears the other.
 * A connection that is gone is unsubscribed. Throws the first other fault, after all were tried.
 */
export async function publish(
  { subscriptions, connections, now }: PublishPorts,
  publisher: Subscriber,
  topic: string,
  announced: (clients: number) => string,
): Promise<Published> {
  const { channel, connectionId } = publisher;
  let subscribers = await subscriptions.subscribersOf(channel, topic, now());
  if (!subscribers.includes(connectionId)) {
    const subscribed = await subscribe(subscriptions, publisher, topic, now);
    if (subscribed.kind === "refused") return subscribed;
    subscribers = subscribed.subscribers ?? (await subscriptions.subscribersOf(channel, topic, now()));
  }
  const frame = announced(subscribers.length);
  const limited = bulkhead(atOnce, Number.MAX_SAFE_INTEGER);
  const others = subscribers.filter((id) => id !== connectionId);
  const posts = await Promise.allSettled(
    others.map((id) =>
      limited.execute(async (): Promise<Posted> => {
        const posted = await connections.post(id, frame);
        if (posted === "gone") await forget(subscriptions, { channel, connectionId: id }, topic);
        return posted;
      }),
    ),
  );
  const fault = posts.find((post) => post.status === "rejected");
  if (fault) throw fault.reason;
  const many = (...outcomes: Posted[]): number =>
    posts.filter((post) => post.status === "fulfilled" && outcomes.includes(post.value)).length;
  return {
    kind: "published",
    echo: frame,
    reached: many("delivered"),
    gone: many("gone"),
    unreachable: many("unavailable", "unknown", "refused"),
  };
}

async function forget(
  subscriptions: Subscriptions,
  gone: Pick<Subscriber, "channel" | "connectionId">,
  topic: string,
): Promise<void> {
  try {
    await subscriptions.leave(gone, topic);
  } catch (error) {
    // The next frame finds it gone again.
    if (!isRetryable(error)) throw error;
  }
}

export interface PublishPorts {
  readonly subscriptions: Subscriptions;
  readonly connections: Connections;
  readonly now: () => number;
}
