import * as v from "valibot";
import { DynamoDBClient } from "../shared/aws/dynamodb.ts";
import { pseudonym } from "../shared/digest.ts";
import { onFirstCall, readEnvironment } from "../shared/environment.ts";
import { isRetryable } from "../shared/failure.ts";
import { resilient } from "../shared/resilience.ts";
import { type Line, type Telemetry, telemetry } from "../shared/telemetry.ts";
import { type RouteAnswer, refusal } from "./answers.ts";
import {
  type LiveLimitsEnvironment,
  type LiveLimitsPorts,
  liveLimits,
  underLiveLimits,
} from "./live-limits.ts";
import { readMessage } from "./message-event.ts";
import type { RefusalCode } from "./protocol.ts";
import { type PublishPorts, publish } from "./publish.ts";
import { postingTo } from "./relaying-ports.ts";
import { subscribe, unsubscribe } from "./subscribe.ts";
import { dynamoSubscriptions, type Subscriber, subscriberOf } from "./subscriptions.ts";
import { TokenBuckets } from "./token-buckets.ts";
import { isPing, parseTopicFrame } from "./topic-frame.ts";

export interface Environment extends LiveLimitsEnvironment {
  readonly TOPICS_TABLE: string;
  readonly CONNECTIONS_URL: string;
}

interface TopicPorts extends PublishPorts, LiveLimitsPorts {
  readonly telemetry: Telemetry;
  /** Of this instance. */
  readonly buckets: TokenBuckets;
}

const pingEvent = v.object({ body: v.pipe(v.string(), v.check(isPing)) });

const done: RouteAnswer = { statusCode: 200 };
const pong: RouteAnswer = { statusCode: 200, body: JSON.stringify({ type: "pong" }) };

/**
 * Serves the frames that name no action: those of y-webrtc's signaling protocol, between the members of
 * one channel. Any other frame is refused as the relay refuses it. A ping is answered without an AWS
 * call and, since its line would cost as much as the invocation, without a line. Never throws.
 */
export const topics = (ports: TopicPorts) => {
  return async (event: unknown): Promise<RouteAnswer> => {
    if (v.is(pingEvent, event)) return pong;
    return ports.telemetry.observe("frame", async (line) => {
      try {
        return await serve(ports, event, line);
      } catch (error) {
        line.fail(error);
        return refusal(isRetryable(error) ? "delivery_unavailable" : "internal", {});
      }
    });
  };
};

async function serve(ports: TopicPorts, event: unknown, line: Line): Promise<RouteAnswer> {
  const { message, hasAccess } = await underLiveLimits(ports, readMessage(event, line), line);
  const { body, connectionId, connectedAt, sentAt, sender } = message;
  const subscriber = subscriberOf(sender, connectionId, connectedAt);
  const frame = parseTopicFrame(body, sender.limits.maxFrameBytes);
  if (!hasAccess) {
    line.add({ action: "OTHER" });
    return refuse("access_ended", undefined, line);
  }
  if (!ports.buckets.take(connectionId, sender.limits.framesPerSecond, ports.now())) {
    line.add({ action: "OTHER" });
    return refuse("too_fast", undefined, line);
  }
  switch (frame.kind) {
    case "refused":
      line.add({ action: frame.action ?? "OTHER" });
      return refuse(frame.code, frame.correlationId, line);
    case "subscribe":
    case "unsubscribe":
      return changeSubscriptions(ports, subscriber, frame.kind, frame.topics, line);
    default: {
      line.add({ action: "PUBLISH", topic: pseudonym(frame.topic) });
      const published = await publish(ports, subscriber, { ...frame, sentAt });
      if (published.kind === "refused") return refuse(published.code, undefined, line);
      const { kind: outcome, echo, ...counts } = published;
      line.add({ outcome, ...counts });
      return { statusCode: 200, body: echo };
    }
  }
}

async function changeSubscriptions(
  { subscriptions, now }: TopicPorts,
  subscriber: Subscriber,
  change: "subscribe" | "unsubscribe",
  names: readonly string[],
  line: Line,
): Promise<RouteAnswer> {
  const [only] = names;
  line.add({
    action: change === "subscribe" ? "SUBSCRIBE" : "UNSUBSCRIBE",
    ...(names.length === 1 && only !== undefined && { topic: pseudonym(only) }),
  });
  if (change === "unsubscribe") {
    await allOf(names.map((topic) => unsubscribe(subscriptions, subscriber, topic)));
    line.add({ outcome: "unsubscribed" });
    return done;
  }
  const results = await allOf(
    names.map((topic) => subscribe(subscriptions, subscriber, topic, { takesTurn: false, now })),
  );
  const refused = results.find(({ kind }) => kind === "refused");
  if (refused?.kind === "refused") return refuse(refused.code, undefined, line);
  line.add({ outcome: "subscribed" });
  return done;
}

/** All results, once all have ended; throws the first fault. */
async function allOf<Result>(work: readonly Promise<Result>[]): Promise<Result[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

function refuse(code: RefusalCode, correlationId: string | undefined, line: Line): RouteAnswer {
  line.add({ outcome: "refused", code });
  return refusal(code, { correlationId });
}

export const handler = onFirstCall(() => {
  const environment = readEnvironment<Environment>({
    TOPICS_TABLE: "required",
    CONNECTIONS_URL: "required",
    CUSTOMERS_TABLE: "empty",
    PLANS: "empty",
  });
  const client = new DynamoDBClient();
  return topics({
    subscriptions: dynamoSubscriptions(client, environment.TOPICS_TABLE, resilient("dynamodb")),
    liveLimits: liveLimits(client, environment),
    // Nothing else comes after it, so a throttled post may be tried longer than a relayed one.
    connections: postingTo(environment.CONNECTIONS_URL, { retries: 4, attempt: 1_500, total: 6_000 }),
    buckets: new TokenBuckets(),
    telemetry: telemetry("topics"),
    now: Date.now,
  });
});
