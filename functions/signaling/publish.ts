import { bulkhead } from "cockatiel";
import { isRetryable } from "../shared/failure.ts";
import type { Connections, Posted } from "./connections.ts";
import { listenersOf } from "./listeners.ts";
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
 * Sends a frame to the subscribers of a topic that are to get it: one read, and one post to each. The first frame of a
 * connection takes a write more, which subscribes it, or up to three: whoever gets the frame can answer it then. API
 * Gateway runs two frames of a socket side by side, so the subscription that was sent before it may come after it.
 *
 * A connection that is gone is unsubscribed. Throws the first other fault, after all were tried.
 */
export async function publish(
  ports: PublishPorts,
  publisher: Subscriber,
  { topic, sentAt, announced }: PublishedFrame,
): Promise<Published> {
  const { subscriptions, connections, now } = ports;
  const { channel, connectionId } = publisher;
  const found = await subscriptions.subscriptionsOf(channel, topic, now());
  const own = found.find((one) => one.connectionId === connectionId);
  const taken =
    own?.turn === undefined ? await takeTurn(ports, publisher, topic, own !== undefined) : undefined;
  if (taken?.kind === "refused") return taken;
  const subscribed = taken?.subscriptions ?? found;
  const frame = announced(subscribed.length);
  const limited = bulkhead(atOnce, Number.MAX_SAFE_INTEGER);
  const listeners = listenersOf(found, subscribed, { connectionId, sentAt, now: now() });
  const posts = await Promise.allSettled(
    listeners.map((id) =>
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

/** Of one that is subscribed, or has to be. */
async function takeTurn(
  { subscriptions, now }: PublishPorts,
  publisher: Subscriber,
  topic: string,
  isSubscribed: boolean,
): Promise<Subscribed> {
  if (!isSubscribed) return subscribe(subscriptions, publisher, topic, { takesTurn: true, now });
  const taken = await subscriptions.takeTurn(publisher, topic, now());
  return taken.kind === "full"
    ? { kind: "refused", code: "topic_full" }
    : { kind: "subscribed", subscriptions: taken.subscriptions };
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

/** A frame to publish, and when API Gateway received it (epoch ms), where that is known. */
export interface PublishedFrame {
  readonly topic: string;
  readonly sentAt: number | undefined;
  /** The frame as the subscribers get it, who are so many. */
  readonly announced: (clients: number) => string;
}

export interface PublishPorts {
  readonly subscriptions: Subscriptions;
  readonly connections: Connections;
  readonly now: () => number;
}
