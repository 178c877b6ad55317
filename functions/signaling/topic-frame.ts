import * as v from "valibot";
import { type Action, parseFrame, type RefusalCode } from "./protocol.ts";

/** Bytes of UTF-8 of the longest topic. */
export const longestTopic = 256;
/** Topics that one connection may subscribe to, and so the most that one frame may name. */
export const topicsPerConnection = 32;

/** A frame of y-webrtc's signaling protocol, or why there is none. */
export type TopicFrame =
  | { readonly kind: "subscribe" | "unsubscribe"; readonly topics: readonly string[] }
  | {
      readonly kind: "publish";
      readonly topic: string;
      /** The frame as its topic's subscribers get it, who are so many. */
      readonly announced: (clients: number) => string;
    }
  | {
      readonly kind: "refused";
      readonly code: RefusalCode;
      readonly correlationId: string | undefined;
      readonly action: Action | undefined;
    };

/** Without `action`, whose frames have routes of their own. */
const noAction = { action: v.optional(v.undefined()) };
const envelope = v.object({ ...noAction, type: v.picklist(["subscribe", "unsubscribe", "publish"]) });
const ping = v.object({ ...noAction, type: v.literal("ping") });
const longestPing = 64;

const topic = v.pipe(
  v.string(),
  v.minLength(1),
  // Half a surrogate pair has no UTF-8: two such topics would share a key.
  v.check((text) => text.isWellFormed() && Buffer.byteLength(text) <= longestTopic),
);
const published = v.object({ topic });
const subscription = v.object({ topics: v.array(topic) });

/** True for `{"type":"ping"}`, however it is written, of at most 64 characters. Never throws. */
export const isPing = (body: string): boolean => body.length <= longestPing && v.is(ping, parseJson(body));

/**
 * Reads one other text frame of at most `maxFrameBytes` bytes of UTF-8. What is no frame of y-webrtc's is
 * refused as the relay refuses it. Never throws.
 */
export function parseTopicFrame(body: string, maxFrameBytes: number): TopicFrame {
  const frame = parseJson(body);
  const head = v.safeParse(envelope, frame);
  if (!head.success) return refusedAsRelayed(body, maxFrameBytes);
  if (Buffer.byteLength(body) > maxFrameBytes) return refused("frame_too_large");
  const { type } = head.output;
  if (type === "publish") {
    const parsed = v.safeParse(published, frame);
    if (!parsed.success) return refused("topic_invalid");
    return { kind: type, topic: parsed.output.topic, announced: (clients) => withClients(body, clients) };
  }
  const parsed = v.safeParse(subscription, frame);
  if (!parsed.success) return refused("topic_invalid");
  const topics = [...new Set(parsed.output.topics)];
  return topics.length > topicsPerConnection ? refused("too_many_topics") : { kind: type, topics };
}

function refusedAsRelayed(body: string, maxFrameBytes: number): TopicFrame {
  const parsed = parseFrame(body, maxFrameBytes);
  // A frame that has a route of its own does not come here; if one does, its action has no route.
  if (parsed.kind === "frame") return refused("action_unknown");
  return parsed;
}

/** The text of an object that is not empty, with one more member at its end: the rest stays as it was sent. */
const withClients = (body: string, clients: number): string =>
  `${body.slice(0, body.lastIndexOf("}"))},"clients":${clients}}`;

const refused = (code: RefusalCode): TopicFrame => ({
  kind: "refused",
  code,
  correlationId: undefined,
  action: undefined,
});

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
