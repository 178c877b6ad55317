import { expect, test } from "@jest/globals";
import { closeWords } from "../../../local/console/page/close-words.ts";

test("says that a browser cannot know why a connection was refused", () => {
  expect(closeWords(1006, "", false)).toBe(
    "The service refused the connection. A browser learns only the close code 1006: the HTTP status stays hidden from the page.",
  );
});

test.each([
  [1000, "", "The connection was closed (1000)."],
  [
    1001,
    "Going away",
    "API Gateway closed the connection (1001): 10 minutes idle, or 2 hours old. It said: Going away.",
  ],
  [1006, "", "The connection broke (1006). The service may have stopped."],
  [1009, "", "API Gateway closed the connection (1009): a frame was over 32 KB, or a message over 128 KB."],
  [4000, "", "The connection was closed with code 4000."],
])("says why an open connection closed with %d", (code, reason, words) => {
  expect(closeWords(code, reason, true)).toBe(words);
});

test("says why access ended when the service said so before it closed", () => {
  expect(closeWords(1000, "", true, "canceled")).toBe(
    "The subscription gives no access any more (canceled: it was cancelled). The service said so in a REVOKED frame and closed the connection (1000). The KVS client itself tells an app only that it closed.",
  );
});
