import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { pseudonym } from "../shared/digest.ts";
import { onFirstCall, readEnvironment } from "../shared/environment.ts";
import { Failure, isRetryable } from "../shared/failure.ts";
import { clientDefaults, resilient } from "../shared/resilience.ts";
import { type Line, type Telemetry, telemetry } from "../shared/telemetry.ts";
import { type RouteAnswer, refusal } from "./answers.ts";
import { apiGatewayConnections } from "./connections.ts";
import { memberName, readIdentity } from "./identity.ts";
import type { RefusalCode } from "./protocol.ts";
import { type PublishPorts, publish } from "./publish.ts";
import { subscribe, unsubscribe } from "./subscribe.ts";
import { dynamoSubscriptions, type Subscriber, subscriberOf } from "./subscriptions.ts";
import { isPing, parseTopicFrame, type TopicFrame } from "./topic-frame.ts";

export interface Environment {
  readonly TOPICS_TABLE: string;
  readonly CONNECTIONS_URL: string;
}

interface TopicPorts extends PublishPorts {
  readonly telemetry: Telemetry;
}

const messageEvent = v.object({
  body: v.optional(v.nullable(v.string())),
  isBase64Encoded: v.optional(v.boolean()),
  requestContext: v.object({
    connectionId: v.string(),
    requestId: v.string(),
    messageId: v.optional(v.nullable(v.string())),
    connectedAt: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    authorizer: v.unknown(),
  }),
});

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
        return refusal(isRetryable(error) ? "delivery_unavailable" : "internal", undefined);
      }
    });
  };
};

async function serve(ports: TopicPorts, event: unknown, line: Line): Promise<RouteAnswer> {
  const { subscriber, frame } = readMessage(event, line);
  switch (frame.kind) {
    case "refused":
      line.add({ action: frame.action ?? "OTHER" });
      return refuse(frame.code, frame.correlationId, line);
    case "subscribe":
    case "unsubscribe":
      return changeSubscriptions(ports, subscriber, frame.kind, frame.topics, line);
    default: {
      line.add({ action: "PUBLISH", topic: pseudonym(frame.topic) });
      const published = await publish(ports, subscriber, frame.topic, frame.announced);
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
  const results = await allOf(names.map((topic) => subscribe(subscriptions, subscriber, topic, now)));
  const refused = results.find(({ kind }) => kind === "refused");
  if (refused?.kind === "refused") return refuse(refused.code, undefined, line);
  line.add({ outcome: "subscribed" });
  return done;
}

function readMessage(event: unknown, line: Line): { subscriber: Subscriber; frame: TopicFrame } {
  const parsed = v.safeParse(messageEvent, event);
  if (!parsed.success) throw new Failure("event_malformed", "expected a WebSocket MESSAGE event");
  const { body: text, isBase64Encoded, requestContext } = parsed.output;
  const { connectionId, requestId, messageId, connectedAt } = requestContext;
  const body = isBase64Encoded ? Buffer.from(text ?? "", "base64").toString() : (text ?? "");
  line.add({ connectionId, requestId, frameId: messageId ?? requestId, frameBytes: Buffer.byteLength(body) });
  const sender = readIdentity(requestContext.authorizer);
  line.add({
    tenant: sender.tenant,
    channel: pseudonym(sender.channel),
    role: sender.role,
    sender: pseudonym(memberName(sender)),
  });
  return {
    subscriber: subscriberOf(sender, connectionId, connectedAt),
    frame: parseTopicFrame(body, sender.maxFrameBytes),
  };
}

/** All results, once all have ended; throws the first fault. */
async function allOf<Result>(work: readonly Promise<Result>[]): Promise<Result[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

function refuse(code: RefusalCode, correlationId: string | undefined, line: Line): RouteAnswer {
  line.add({ outcome: "refused", code });
  return refusal(code, correlationId);
}

export const handler = onFirstCall(() => {
  const { TOPICS_TABLE, CONNECTIONS_URL } = readEnvironment<Environment>({
    TOPICS_TABLE: "required",
    CONNECTIONS_URL: "required",
  });
  return topics({
    subscriptions: dynamoSubscriptions(
      new DynamoDBClient(clientDefaults),
      TOPICS_TABLE,
      resilient("dynamodb"),
    ),
    connections: apiGatewayConnections(
      new ApiGatewayManagementApiClient({ ...clientDefaults, endpoint: CONNECTIONS_URL }),
      // Nothing else comes after it, so a throttled post may be tried longer than a relayed one.
      resilient("connections", { retries: 4, attempt: 1_500, total: 6_000 }),
    ),
    telemetry: telemetry("topics"),
    now: Date.now,
  });
});
