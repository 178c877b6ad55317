import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { StartError } from "../start/start-error.ts";

/**
 * Makes this process the only one that deploys the project of a folder: two clouds would take each other's resources
 * for their own. Returns what gives it up; so does the end of the process, however it comes. Rejects with a StartError
 * while another process has it.
 */
export async function takeFolder(folder: string): Promise<() => void> {
  const home = join(folder, ".synapse-d", "engine");
  const mark = join(home, "holder");
  mkdirSync(home, { recursive: true });
  if ((await answerAt(mark)) === folder) {
    throw new StartError(
      "Another npm run up:local has this stack. End it first: there is one for each folder.",
    );
  }
  const server = createServer((socket) => socket.on("error", () => {}).end(folder)).unref();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  writeFileSync(mark, String((server.address() as AddressInfo).port));
  return () => {
    server.close();
    rmSync(mark, { force: true });
  };
}

/** What answers on the port that the mark names. A process id would say less: another process may have it by now. */
async function answerAt(mark: string): Promise<string | undefined> {
  try {
    const socket = connect({ host: "127.0.0.1", port: Number(readFileSync(mark, "utf8")) });
    socket.setTimeout(1_000, () => socket.destroy(new Error("no answer")));
    return await text(socket);
  } catch {
    return undefined;
  }
}
