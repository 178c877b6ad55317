import { expect } from "@jest/globals";
import { connected, offerFrame, type RawSocket } from "../raw-socket.ts";
import { proofFor } from "../running-program.ts";
import { sharedProgram } from "../shared-program.ts";
import { whileHoursPass } from "../while-hours-pass.ts";

const program = sharedProgram();
const minutes = 60_000;

const join = async (channel: string, role: "MASTER" | "VIEWER", clientId?: string): Promise<RawSocket> =>
  connected(await proofFor(program.ready, clientId ?? "alice", { channel, role, clientId }));

const codeOf = (answer: string | undefined) => JSON.parse(answer ?? "{}").statusResponse?.code;

whileHoursPass(
  "keepalives keep quiet peers beyond 10 minutes, the 2-hour limit ends them, and what is orphaned ends when idle",
  () => program.ready,
  async function* () {
    const channel = "quiet";
    const orphan = await join(channel, "VIEWER", "bob");
    const master = await join(channel, "MASTER");
    const viewers = await Promise.all(
      ["bob", "carol", "dave"].map((clientId) => join(channel, "VIEWER", clientId)),
    );
    yield 10 * minutes;
    expect(await orphan.closed).toEqual({ code: 1001, reason: "Going away" });
    const quiet = [master, ...viewers];
    expect(quiet.map(({ received }) => received)).toEqual(quiet.map(() => ['{"messageType":"KEEPALIVE"}']));
    master.socket.send(offerFrame("after-10-minutes", { recipientClientId: "carol" }));
    expect((await master.next(1, 1)).map(codeOf)).toEqual(["delivered"]);

    yield 109 * minutes;
    expect(quiet.map(({ socket }) => socket.readyState)).toEqual(quiet.map(({ socket }) => socket.OPEN));
    yield minutes;
    for (const { closed } of quiet) expect(await closed).toEqual({ code: 1001, reason: "Going away" });
  },
);
