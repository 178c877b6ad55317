import { once } from "node:events";
import { expect, test } from "@jest/globals";
import { WebSocket } from "ws";
import { textOf } from "../../docs/document.ts";
import { proofFor } from "../running-program.ts";
import { sharedProgram } from "../shared-program.ts";

const program = sharedProgram();

test("the example in the document of chaos has a client vanish", async () => {
  const code = /```js\n([\s\S]*?)```/.exec(textOf("docs/chaos.md"))?.[1] ?? "";
  const { vanish } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  const { proof, url } = await proofFor(program.ready, "alice", { channel: "vanishing", role: "MASTER" });
  const socket = new WebSocket(`${url}?proof=${proof}`);
  const closed = once(socket, "close");
  const [[response]] = await Promise.all([once(socket, "upgrade"), once(socket, "open")]);
  await vanish(program.ready.control, response.socket.localPort, "gone");
  expect((await closed)[0]).toBe(1006);
});
