import { type Plants, relayed } from "./planted-run.ts";

/** What is told of frames and members that is not so, or is not told. */
export const wrongEnds: readonly Plants[] = [
  [
    "answered once",
    {
      "two answers to one send": (run) => run.ledger.answer(run.viewer, relayed(run)),
      "no answer, and no failed invocation": (run) => {
        run.ledger.arrive(run.master, run.ledger.send(run.viewer));
      },
      "two without an answer, and one failed invocation": (run) => {
        for (const ufrag of ["u1", "u2"])
          run.ledger.arrive(run.master, run.ledger.send(run.viewer, { ufrag }));
        run.ledger.invocationFailed(run.viewer);
      },
      "the answer goes to another socket": (run) => {
        const sent = run.ledger.send(run.viewer);
        run.ledger.arrive(run.master, sent);
        run.ledger.answer(run.master, sent);
        run.ledger.invocationFailed(run.viewer);
      },
    },
  ],
  [
    "known codes",
    {
      "an answer has a code of its own": (run) => {
        const sent = run.ledger.send(run.viewer);
        run.ledger.arrive(run.master, sent);
        run.ledger.answer(run.viewer, sent, "arrived");
      },
      "a refusal claims success": (run) => {
        run.ledger.answer(run.viewer, run.ledger.send(run.viewer), "superseded", true);
      },
      "a report has a code of its own": (run) => {
        const sent = relayed(run);
        run.ledger.report(run.viewer, sent, "arrived");
      },
      "the report goes to another member": (run) => run.ledger.report(run.master, relayed(run), "delivered"),
      "two reports tell two ends": (run) => {
        const sent = run.ledger.send(run.viewer);
        run.ledger.answer(run.viewer, sent, "queued");
        run.ledger.report(run.viewer, sent, "expired");
        run.ledger.report(run.viewer, sent, "superseded");
      },
    },
  ],
  [
    "nothing lost",
    {
      "what was delivered did not arrive": (run) =>
        run.ledger.answer(run.viewer, run.ledger.send(run.viewer)),
      "what was queued has no end": (run) =>
        run.ledger.answer(run.viewer, run.ledger.send(run.viewer), "queued"),
      "what was reported delivered did not arrive": (run) => {
        const sent = run.ledger.send(run.viewer);
        run.ledger.answer(run.viewer, sent, "queued");
        run.ledger.report(run.viewer, sent, "delivered");
      },
      "what was queued arrived, and no report says so": (run) => {
        const sent = run.ledger.send(run.viewer);
        run.ledger.answer(run.viewer, sent, "queued");
        run.ledger.arrive(run.master, sent);
      },
      "it was lost long before the connection ended": (run) => {
        run.ledger.answer(run.viewer, run.ledger.send(run.viewer));
        run.ledger.pass(4_000);
        run.ledger.end(run.master);
      },
    },
  ],
  [
    "ends are ends",
    {
      "what was refused arrives": (run) => {
        const sent = run.ledger.send(run.viewer);
        run.ledger.answer(run.viewer, sent, "delivery_unavailable");
        run.ledger.arrive(run.master, sent);
      },
      "what was reported expired arrives": (run) => {
        const sent = run.ledger.send(run.viewer);
        run.ledger.answer(run.viewer, sent, "queued");
        run.ledger.report(run.viewer, sent, "expired");
        run.ledger.arrive(run.master, sent);
      },
    },
  ],
  [
    "offers repeated",
    {
      "a fresh master does not get the offer": (run) => {
        relayed(run);
        run.ledger.end(run.master);
        run.ledger.page("t-room-MASTER");
      },
      "a fresh master does not get the offer, over a minute after the last kill": (run) => {
        run.ledger.kill();
        run.ledger.pass(61_000);
        relayed(run);
        run.ledger.end(run.master);
        run.ledger.page("t-room-MASTER");
      },
      "a fresh master does not get the offer for seconds, before another comes": (run) => {
        relayed(run);
        run.ledger.end(run.master);
        const fresh = run.ledger.page("t-room-MASTER");
        run.ledger.pass(3_000);
        relayed({ ...run, master: fresh }, { ufrag: "u2" });
      },
    },
  ],
  [
    "members only",
    {
      "a name of another channel is present": ({ ledger, master }) => {
        ledger.member("viewer-9", { channel: "other" });
        ledger.present(master, "viewer-1", "viewer-9");
      },
      "a receipt is for a frame of another": (run) => {
        relayed(run);
        run.ledger.acknowledged(run.master, "id of f0", "viewer-1");
      },
      "a receipt names a frame that never was": (run) =>
        run.ledger.acknowledged(run.viewer, "id of f7", "MASTER"),
    },
  ],
];
