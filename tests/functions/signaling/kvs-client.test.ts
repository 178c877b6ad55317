import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import kvs from "amazon-kinesis-video-streams-webrtc";
import {
  ackFrame,
  deliveryReport,
  goAwayFrame,
  keepaliveFrame,
  presenceFrame,
  sequenceGapFrame,
  supersededFrame,
} from "../../../functions/signaling/frames.ts";
import { master, viewer } from "./identities.ts";
import { messageEvent, relayIn } from "./relay-world.ts";

/** The socket that the unmodified client opens: what it sends is kept, what it receives is given. */
class RecordedSocket extends EventTarget {
  static last: RecordedSocket | undefined;
  readonly url: string;
  readonly sent: string[] = [];

  constructor(url: string) {
    super();
    this.url = url;
    RecordedSocket.last = this;
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.dispatchEvent(new Event("close"));
  }

  receive(data: string): void {
    this.dispatchEvent(Object.assign(new Event("message"), { data }));
  }
}

const RealWebSocket = globalThis.WebSocket;
beforeEach(() => void Object.assign(globalThis, { WebSocket: RecordedSocket }));
afterEach(() => void Object.assign(globalThis, { WebSocket: RealWebSocket }));

async function openClient(role: "MASTER" | "VIEWER") {
  const client = new kvs.SignalingClient({
    role: role === "MASTER" ? kvs.Role.MASTER : kvs.Role.VIEWER,
    ...(role === "VIEWER" && { clientId: "ada" }),
    channelARN: "lobby",
    channelEndpoint: "wss://signaling.example.com/v1",
    region: "us-east-1",
    requestSigner: { getSignedURL: async (endpoint: string) => `${endpoint}?proof=x` },
  });
  const heard: unknown[][] = [];
  for (const event of ["sdpOffer", "sdpAnswer", "iceCandidate", "statusResponse"]) {
    client.on(event, (...values: unknown[]) => heard.push([event, ...values]));
  }
  client.open();
  await new Promise((resolve) => setImmediate(resolve));
  const socket = RecordedSocket.last;
  if (!socket) throw new Error("the client opened no socket");
  socket.dispatchEvent(new Event("open"));
  return { client, socket, heard };
}

// The client only serializes what it is given, as a browser's objects are by toJSON.
const description = (type: "offer" | "answer", sdp: string) => ({ type, sdp }) as RTCSessionDescription;
const candidate = { candidate: "candidate:1 1 UDP 1 192.0.2.1 9 typ host", sdpMid: "0", sdpMLineIndex: 0 };

const answer = Buffer.from('{"type":"answer","sdp":"v=0\\r\\n"}').toString("base64");
const present = { "acme#lobby": { MASTER: "m", ada: "a" } };

describe("the npm client of Kinesis Video Streams", () => {
  test("as a viewer, has its offer and candidate understood by a master's client", async () => {
    const sender = await openClient("VIEWER");
    sender.client.sendSdpOffer(description("offer", "v=0\r\ns=café → ☕\r\n"), undefined, "c-1");
    sender.client.sendIceCandidate(candidate as RTCIceCandidate);
    const receiver = await openClient("MASTER");
    const { handle, posts } = relayIn({ present });
    for (const frame of sender.socket.sent) {
      const answer = await handle(messageEvent(viewer, frame));
      if (answer.body !== undefined) sender.socket.receive(answer.body);
    }
    for (const { frame } of posts) receiver.socket.receive(frame);

    expect(posts.map(({ connectionId }) => connectionId)).toEqual(["m", "m"]);
    expect(receiver.heard.map(([event, , senderId]) => [event, senderId])).toEqual([
      ["sdpOffer", "ada"],
      ["iceCandidate", "ada"],
    ]);
    expect(receiver.heard[1]?.[1]).toEqual(candidate);
    expect(sender.heard).toEqual([
      [
        "statusResponse",
        {
          correlationId: "c-1",
          success: true,
          statusCode: "200",
          description: "The frame was delivered.",
          frameId: "DBAEJYvZvHcCJ3w=",
          code: "delivered",
        },
      ],
    ]);
  });

  test("as a master, has its answer understood by the named viewer's client", async () => {
    const sender = await openClient("MASTER");
    sender.client.sendSdpAnswer(description("answer", "v=0\r\n"), "ada");
    sender.client.sendIceCandidate(candidate as RTCIceCandidate, "ada");
    const receiver = await openClient("VIEWER");
    const { handle, posts } = relayIn({ present });
    for (const frame of sender.socket.sent) await handle(messageEvent(master, frame));
    for (const { frame } of posts) receiver.socket.receive(frame);

    expect(posts.map(({ connectionId }) => connectionId)).toEqual(["a", "a"]);
    expect(receiver.heard).toEqual([
      ["sdpAnswer", { type: "answer", sdp: "v=0\r\n" }, undefined],
      ["iceCandidate", candidate, undefined],
    ]);
  });

  test("hears why a frame is refused", async () => {
    const { client, socket, heard } = await openClient("MASTER");
    client.sendSdpAnswer(description("answer", "v=0\r\n"), undefined, "c-2");
    const answer = await relayIn({ present }).handle(messageEvent(master, socket.sent[0]));
    socket.receive(answer.body ?? "");
    expect(heard).toEqual([
      [
        "statusResponse",
        {
          correlationId: "c-2",
          success: false,
          errorType: "InvalidArgumentException",
          statusCode: "400",
          description: "The frame names no recipientClientId.",
          code: "recipient_missing",
        },
      ],
    ]);
  });

  test("hears nothing, and loses nothing, of the frames that are ours alone", async () => {
    const { socket, heard } = await openClient("VIEWER");
    const complaints: unknown[] = [];
    socket.addEventListener("error", (error) => complaints.push(error));
    const settled = { frameId: "f", action: "SDP_OFFER", frame: "{}", correlationId: "c" } as const;
    const waiting = { ...settled, sentAt: 0, expiresAt: 0, ufrags: [] };
    const ack = { action: "ACK", frameId: "f", recipientClientId: "x", correlationId: "c" } as const;
    for (const frame of [
      ackFrame(ack, viewer),
      deliveryReport("bob", [{ frame: waiting, fate: "delivered" }]),
      sequenceGapFrame("MASTER", 1, 2),
      presenceFrame("present", [{ clientId: "MASTER", role: "MASTER", since: 0 }]),
      supersededFrame,
      goAwayFrame(1_800_000_000_000),
      keepaliveFrame,
    ]) {
      socket.receive(frame);
    }
    expect([heard, complaints]).toEqual([[], []]);
    socket.receive(
      JSON.stringify({ messageType: "SDP_ANSWER", messagePayload: answer, frameId: "f", seq: 1 }),
    );
    expect(heard).toEqual([["sdpAnswer", { type: "answer", sdp: "v=0\r\n" }, undefined]]);
  });
});
