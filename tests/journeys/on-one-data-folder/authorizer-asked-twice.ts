import { expect, test } from "@jest/globals";
import { openSocket } from "../raw-socket.ts";
import { linesFromNow, proofFor } from "../running-program.ts";
import { twoLives } from "../two-lives.ts";

const call = "  const outcome = await callFunction(";
const lives = twoLives({
  change: [
    "local/api-gateway/websocket/authorize-connect.ts",
    call,
    `  await callFunction(
    api.gateway,
    authorizer,
    \`\${api.executionArn}/authorizers/\${authorizer.id}\`,
    authorizerEvent(connection, moment, handshake, methodArn, stage.variables),
  );\n${call}`,
  ],
});

const openWith = async (proof: string) =>
  (await openSocket(`${lives.first.signaling}?proof=${proof}`)).status;

test("an authorizer that API Gateway asks twice for one connection admits it, and no other", async () => {
  const ready = lives.first;
  const lines = await linesFromNow(ready, "SignalingAuthorizer");
  const { proof } = await proofFor(ready, "alice", { channel: "retried", role: "MASTER" });
  expect(await openWith(proof)).toBe(101);
  const allowed = (await lines()).map(({ message }) => JSON.parse(message));
  expect(allowed).toEqual([
    expect.objectContaining({ outcome: "allowed", connectionId: allowed[0].connectionId }),
    expect.objectContaining({ outcome: "allowed", connectionId: allowed[0].connectionId }),
  ]);
  expect(await openWith(proof)).toBe(401);
}, 60_000);
