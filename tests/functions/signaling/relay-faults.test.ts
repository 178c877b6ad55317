import { describe, expect, test } from "@jest/globals";
import type { RouteAnswer } from "../../../functions/signaling/answers.ts";
import { viewer } from "./identities.ts";
import { messageEvent, relayIn } from "./relay-world.ts";

const messagePayload = Buffer.from(JSON.stringify({ type: "offer", sdp: "v=0" })).toString("base64");
const offer = { action: "SDP_OFFER", messagePayload, correlationId: "c-1" };
const lobby = { "acme#lobby": { MASTER: "master-connection" } };
const statusOf = (answer: RouteAnswer) => JSON.parse(answer.body ?? "null")?.statusResponse;

describe("a fault", () => {
  const denied = Object.assign(
    new Error(
      "r is not authorized to perform: dynamodb:GetItem on resource: arn:aws:dynamodb:x:1:table/peers",
    ),
    { name: "AccessDeniedException" },
  );

  test.each([
    ["finding the recipient", { directory: denied }],
    ["posting", { present: lobby, posting: denied }],
    ["queueing", { present: lobby, posting: "unavailable" as const, queue: denied }],
  ])("of %s is answered, never thrown, and the log names what was denied", async (_, world) => {
    const { handle, recorded } = relayIn(world);
    expect(statusOf(await handle(messageEvent(viewer, offer)))).toMatchObject({
      correlationId: "c-1",
      success: false,
      statusCode: "500",
      code: "internal",
    });
    expect(recorded.lines()).toMatchObject([
      {
        outcome: "failed",
        deniedAction: "dynamodb:GetItem",
        deniedResource: "arn:aws:dynamodb:x:1:table/peers",
      },
    ]);
  });

  test.each([
    ["an event of another kind", {}, "event_malformed"],
    ["no identity", messageEvent(viewer, offer, { authorizer: undefined }), "identity_missing"],
    ["half an identity", messageEvent(viewer, offer, { authorizer: { tenant: "acme" } }), "identity_missing"],
  ])("of %s is answered and logged by its code", async (_, event, code) => {
    const { handle, recorded, posts } = relayIn({ present: lobby });
    expect(statusOf(await handle(event))).toMatchObject({ statusCode: "500", code: "internal" });
    expect(recorded.lines()).toMatchObject([{ outcome: "failed", code }]);
    expect(posts).toEqual([]);
  });
});
