import { describe, expect, test } from "@jest/globals";
import { refusal, success } from "../../../functions/signaling/answers.ts";

const told = (answer: { readonly body?: string }) => JSON.parse(answer.body ?? "null");

describe("success", () => {
  test("is told to who gave a correlation id, with the frame's id", () => {
    expect(told(success("delivered", { correlationId: "c-1", frameId: "f-1" }))).toEqual({
      messageType: "STATUS_RESPONSE",
      statusResponse: {
        correlationId: "c-1",
        frameId: "f-1",
        success: true,
        statusCode: "200",
        description: "The frame was delivered.",
        code: "delivered",
      },
    });
    expect(told(success("queued", { correlationId: "c-1", frameId: "f-1" })).statusResponse).toEqual({
      correlationId: "c-1",
      frameId: "f-1",
      success: true,
      statusCode: "202",
      description: "The frame waits until it can be delivered. A DELIVERY_REPORT follows.",
      code: "queued",
    });
  });

  test("is silent to who gave none, as KVS is", () => {
    expect(success("delivered", { frameId: "f-1" })).toEqual({ statusCode: 200 });
    expect(success("queued", { correlationId: undefined })).toEqual({ statusCode: 200 });
  });
});

describe("a refusal", () => {
  test("is told with or without a correlation id, in KVS's shape and with our code", () => {
    expect(told(refusal("mailbox_full", { correlationId: "c-1", frameId: "f-1" }))).toEqual({
      messageType: "STATUS_RESPONSE",
      statusResponse: {
        correlationId: "c-1",
        frameId: "f-1",
        success: false,
        errorType: "ClientLimitExceededException",
        statusCode: "429",
        description: "Too many frames wait for this recipient already.",
        code: "mailbox_full",
      },
    });
    expect(told(refusal("frame_not_json", {})).statusResponse).toEqual({
      success: false,
      errorType: "InvalidArgumentException",
      statusCode: "400",
      description: "The frame is not JSON.",
      code: "frame_not_json",
    });
  });

  test("leaves the integration's own status at 200, so that API Gateway passes the body on", () => {
    expect(refusal("internal", {}).statusCode).toBe(200);
  });
});
