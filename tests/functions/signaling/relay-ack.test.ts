import { expect, test } from "@jest/globals";
import type { Posted } from "../../../functions/signaling/connections.ts";
import { master, viewer } from "./identities.ts";
import { messageEvent, relayIn, unavailable } from "./relay-world.ts";

const present = { "acme#lobby": { MASTER: "m1", ada: "a1" } };
const ack = { action: "ACK", frameId: "DBAEJYvZvHcCJ3w=", correlationId: "c-1" };
const codeOf = ({ body = "" }: { body?: string }) => JSON.parse(body).statusResponse.code;

test("an ACK reaches the member whose frame it names, and nothing is kept", async () => {
  const { handle, posts, queued, waiting, recorded } = relayIn({ present });
  expect(codeOf(await handle(messageEvent(viewer, ack)))).toBe("delivered");
  await handle(messageEvent(master, { ...ack, recipientClientId: "ada" }));
  expect(posts).toEqual([
    {
      connectionId: "m1",
      frame: '{"messageType":"ACK","frameId":"DBAEJYvZvHcCJ3w=","senderClientId":"ada"}',
    },
    { connectionId: "a1", frame: '{"messageType":"ACK","frameId":"DBAEJYvZvHcCJ3w="}' },
  ]);
  expect([queued, waiting()]).toEqual([[], []]);
  expect(recorded.lines()[0]).toMatchObject({ action: "ACK", outcome: "delivered" });
});

test("an ACK for nobody is refused, and not kept", async () => {
  const { handle, queued, waiting } = relayIn({ present: {} });
  expect(codeOf(await handle(messageEvent(viewer, ack)))).toBe("recipient_not_connected");
  expect([queued, waiting()]).toEqual([[], []]);
});

test.each<[Posted, string]>([
  ["gone", "recipient_not_connected"],
  ["unavailable", "delivery_unavailable"],
  ["unknown", "delivery_unavailable"],
  ["refused", "delivery_unavailable"],
])("an ACK whose post is %s is refused: %s", async (posting, code) => {
  const { handle } = relayIn({ present, posting });
  expect(codeOf(await handle(messageEvent(viewer, ack)))).toBe(code);
});

test("an ACK while its recipient cannot be looked up can be sent again", async () => {
  const { handle } = relayIn({ present, directory: unavailable });
  expect(codeOf(await handle(messageEvent(viewer, ack)))).toBe("delivery_unavailable");
});
