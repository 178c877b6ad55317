import { expect } from "@jest/globals";
import { joinAs, nameOf, sdp } from "../member-socket.ts";
import { sharedProgram } from "../shared-program.ts";
import { whileHoursPass } from "../while-hours-pass.ts";

const program = sharedProgram();

whileHoursPass(
  "time can be moved by thirty days, and what comes then is served",
  () => program.ready,
  async function* () {
    yield 30 * 24 * 60 * 60_000;
    const master = await joinAs(program.ready, "a-month-later", "MASTER");
    const viewer = await joinAs(program.ready, "a-month-later", "VIEWER", "bob");
    expect(await viewer.answerTo(sdp("offer", "o1"))).toMatchObject({ code: "delivered" });
    expect(nameOf(await master.next())).toBe("o1");
  },
);
