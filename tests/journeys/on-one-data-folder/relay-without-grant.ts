import { expect, test } from "@jest/globals";
import { denials } from "../control.ts";
import { sessionDescription } from "../descriptions.ts";
import { connectClient } from "../kvs-client.ts";
import { logLines, proofFor } from "../running-program.ts";
import { twoLives } from "../two-lives.ts";

const lives = twoLives({ change: ["components/signaling-api.ts", "    api.grantPost(relay);\n", ""] });

async function join(channel: string, role: "MASTER" | "VIEWER", clientId?: string) {
  const proof = await proofFor(lives.first, clientId ?? "alice", { channel, role, clientId });
  return connectClient(proof, channel, role, clientId);
}

test("without its grant the relay is denied, by action and resource", async () => {
  const ready = lives.first;
  const master = await join("without-grant", "MASTER");
  const viewer = await join("without-grant", "VIEWER", "bob");
  viewer.client.sendSdpOffer(sessionDescription("offer", "v=0\r\n"), undefined, "denied");
  expect(await viewer.next("statusResponse")).toMatchObject({ correlationId: "denied", success: false });
  expect(master.unread()).toEqual([]);
  const lines = await logLines(ready, "RelayServer");
  const denied = lines.map(({ message }) => JSON.parse(message)).find(({ deniedAction }) => deniedAction);
  expect(denied).toMatchObject({
    outcome: "failed",
    errorName: "AccessDeniedException",
    deniedAction: "execute-api:ManageConnections",
    deniedResource: expect.stringMatching(
      /^arn:aws:execute-api:us-east-1:000000000000:\w+\/v1\/POST\/@connections\/[\w=-]+$/,
    ),
  });
  expect(await denials(ready)).toEqual([
    {
      caller: expect.stringMatching(/^RelayServer/),
      action: "execute-api:ManageConnections",
      resource: expect.stringMatching(/^arn:aws:execute-api:/),
      times: expect.any(Number),
    },
  ]);
}, 60_000);
