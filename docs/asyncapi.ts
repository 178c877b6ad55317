// Writes docs/asyncapi.yaml from the schemas that the functions use: `node docs/asyncapi.ts`. A test compares.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toJsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";
import { stringify } from "yaml";
import { namePattern } from "../functions/shared/client-id.ts";
import { instancePattern } from "../functions/signaling/identity.ts";
import { payloads } from "../functions/signaling/payload.ts";
import { proofPattern } from "../functions/signaling/proofs.ts";
import { frameFields, relayedActions } from "../functions/signaling/protocol.ts";
import { serverFrames } from "../functions/signaling/server-frames.ts";

export const asyncApiFile = join(import.meta.dirname, "asyncapi.yaml");

const { correlationId, seq, frameId } = frameFields;
const recipientClientId = v.optional(
  v.pipe(v.string(), v.regex(namePattern), v.description("Needed from MASTER and PEER")),
);

const contentOf = {
  SDP_OFFER: "an RTCSessionDescriptionInit of type offer",
  SDP_ANSWER: "an RTCSessionDescriptionInit of type answer",
  ICE_CANDIDATE: "an RTCIceCandidateInit",
} as const;

const clientFrames = {
  ...Object.fromEntries(
    relayedActions.map((action) => [
      action,
      v.object({
        action: v.literal(action),
        messagePayload: v.pipe(v.string(), v.description(`base64 of the JSON of ${contentOf[action]}`)),
        recipientClientId,
        correlationId,
        seq,
      }),
    ]),
  ),
  ACK: v.object({ action: v.literal("ACK"), frameId, recipientClientId, correlationId }),
  ALIVE: v.object({ action: v.literal("ALIVE") }),
};

const schemaOf = (schema: v.GenericSchema) => {
  const { $schema: _, ...json } = toJsonSchema(schema, { errorMode: "ignore" });
  return json;
};

const queryParameters = {
  proof: {
    type: "string",
    pattern: proofPattern.source,
    description: "Of POST /proofs. Works once, within 60 seconds",
  },
  "X-Amz-ChannelARN": { type: "string", description: "As a KVS client adds it" },
  "X-Amz-ClientId": { type: "string", pattern: namePattern.source, description: "As a KVS client adds it" },
  synapse: { type: "string", const: "1", description: "Announces a client that knows this protocol" },
  instance: {
    type: "string",
    pattern: instancePattern.source,
    description: "Of a running client, with synapse=1",
  },
};

/** The document's text. */
export function asyncApiText(): string {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "..", "package.json"), "utf8"));
  const named = (frames: Readonly<Record<string, v.GenericSchema>>, from: string) =>
    Object.fromEntries(
      Object.entries(frames).map(([name, frame]) => [
        `${from}.${name}`,
        { name, contentType: "application/json", payload: schemaOf(frame) },
      ]),
    );
  const sent = named(clientFrames, "client");
  const received = named(serverFrames, "server");
  const names = (messages: object) =>
    Object.keys(messages).map((name) => ({ $ref: `#/channels/signaling/messages/${name}` }));
  const document = {
    asyncapi: "3.0.0",
    info: {
      title: "Synapse-D signaling",
      version,
      description: "The frames of docs/signaling.md, which says what they mean and what is promised.",
      license: { name: "Apache-2.0" },
    },
    defaultContentType: "application/json",
    servers: {
      stack: {
        host: "{api}.execute-api.{region}.amazonaws.com",
        protocol: "wss",
        description:
          "The stack's output signalingUrl; with synapse-d:signaling.domain that name, without /v1",
        variables: {
          api: { description: "The WebSocket API's id" },
          region: { description: "The stack's Region", default: "us-east-1" },
        },
      },
    },
    channels: {
      signaling: {
        address: "/v1",
        title: "One connection of one member of a channel",
        bindings: {
          ws: {
            method: "GET",
            query: { type: "object", required: ["proof"], properties: queryParameters },
            bindingVersion: "0.1.0",
          },
        },
        messages: Object.fromEntries(
          Object.keys({ ...sent, ...received }).map((name) => [
            name,
            { $ref: `#/components/messages/${name}` },
          ]),
        ),
      },
    },
    operations: {
      receiveFrame: {
        action: "receive",
        title: "A client sends a frame",
        channel: { $ref: "#/channels/signaling" },
        messages: names(sent),
        reply: {
          channel: { $ref: "#/channels/signaling" },
          messages: [{ $ref: "#/channels/signaling/messages/server.STATUS_RESPONSE" }],
        },
      },
      sendFrame: {
        action: "send",
        title: "The server sends a frame",
        channel: { $ref: "#/channels/signaling" },
        messages: names(received),
      },
    },
    components: {
      messages: { ...sent, ...received },
      schemas: Object.fromEntries(
        Object.entries(payloads).map(([action, payload]) => [`payload.${action}`, schemaOf(payload)]),
      ),
    },
  };
  return `# Generated by docs/asyncapi.ts from the schemas of functions/signaling. Do not edit.\n${stringify(document, { aliasDuplicateObjects: false })}`;
}

if (import.meta.main) writeFileSync(asyncApiFile, asyncApiText());
