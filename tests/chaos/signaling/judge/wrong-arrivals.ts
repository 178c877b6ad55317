import { candidate, type Plants, relayed } from "./planted-run.ts";

/** What comes to a client that must not come, or not so. */
export const wrongArrivals: readonly Plants[] = [
  [
    "protocol kept",
    {
      "a message is none of the protocol": ({ ledger, master }) =>
        ledger.strange(master, '{"messageType":"HELLO"}'),
    },
  ],
  [
    "payload intact",
    {
      "a byte is changed": (run) => {
        const sent = run.ledger.send(run.viewer);
        run.ledger.arrive(run.master, sent, { messagePayload: "payload of f1" });
        run.ledger.answer(run.viewer, sent, "superseded");
      },
      "an offer comes as an answer": (run) => {
        const sent = run.ledger.send(run.viewer);
        run.ledger.arrive(run.master, sent, { messageType: "SDP_ANSWER" });
        run.ledger.answer(run.viewer, sent);
      },
      "a number is another": (run) => {
        const sent = run.ledger.send(run.viewer, { seq: 1 });
        run.ledger.arrive(run.master, sent, { seq: 2 });
        run.ledger.answer(run.viewer, sent);
      },
    },
  ],
  [
    "addressed only",
    {
      "another member gets it": (run) => {
        const other = run.ledger.page(run.ledger.member("viewer-2"));
        run.ledger.arrive(other, relayed(run));
      },
      "the sender gets it": (run) => run.ledger.arrive(run.viewer, relayed(run)),
      "the same name in another channel gets it": (run) => {
        const other = run.ledger.page(run.ledger.member("MASTER", { channel: "other" }));
        run.ledger.arrive(other, relayed(run));
      },
      "the same name of another tenant gets it": (run) => {
        const other = run.ledger.page(run.ledger.member("MASTER", { tenant: "other" }));
        run.ledger.arrive(other, relayed(run));
      },
    },
  ],
  [
    "sender stamped",
    {
      "another name stands there": (run) => {
        const sent = run.ledger.send(run.viewer);
        run.ledger.arrive(run.master, sent, { senderClientId: "viewer-2" });
        run.ledger.answer(run.viewer, sent);
      },
      "the master's name stands there": ({ ledger, master, viewer }) => {
        const sent = ledger.send(master, { to: "viewer-1" });
        ledger.arrive(viewer, sent, { senderClientId: "MASTER" });
        ledger.answer(master, sent);
      },
    },
  ],
  [
    "frame id steady",
    {
      "it comes without one": (run) => {
        const sent = run.ledger.send(run.viewer);
        run.ledger.arrive(run.master, sent, { frameId: undefined });
        run.ledger.answer(run.viewer, sent);
      },
      "its answer has another": (run) => {
        const sent = run.ledger.send(run.viewer);
        run.ledger.arrive(run.master, sent, { frameId: "another" });
        run.ledger.answer(run.viewer, sent);
      },
    },
  ],
  [
    "newest connection",
    {
      "the older page gets it long after": (run) => {
        run.ledger.page("t-room-MASTER");
        run.ledger.pass(7_000);
        relayed(run);
      },
    },
  ],
  [
    "not twice",
    {
      "a candidate comes twice": (run) => {
        relayed(run);
        run.ledger.arrive(run.master, relayed(run, candidate()));
      },
      "a numbered candidate that was sent again after it had arrived comes twice": (run) => {
        relayed(run, { seq: 1 });
        const sent = relayed(run, { ...candidate(), seq: 2 });
        run.ledger.sendAgain(run.viewer, sent);
        run.ledger.arrive(run.master, sent);
        run.ledger.answer(run.viewer, sent);
      },
      "an offer comes twice": (run) => run.ledger.arrive(run.master, relayed(run)),
      "it comes once on each of the client's sockets": (run) => {
        const sent = relayed(run);
        run.ledger.arrive(run.ledger.reconnect("c0"), sent);
      },
    },
  ],
  [
    "SDP first",
    {
      "a candidate comes ahead of its SDP": (run) => {
        const offer = run.ledger.send(run.viewer);
        const early = run.ledger.send(run.viewer, candidate());
        run.ledger.arrive(run.master, early);
        run.ledger.arrive(run.master, offer);
        run.ledger.answer(run.viewer, offer);
        run.ledger.answer(run.viewer, early);
      },
      "a candidate comes although its SDP never did": (run) => {
        const offer = run.ledger.send(run.viewer);
        run.ledger.answer(run.viewer, offer, "unknown");
        relayed(run, candidate());
      },
      "a fresh client gets a candidate ahead of the offer that nobody answered": (run) => {
        const offer = relayed(run);
        run.ledger.end(run.master);
        const fresh = run.ledger.page("t-room-MASTER");
        relayed({ ...run, master: fresh }, candidate());
        run.ledger.arrive(fresh, offer);
      },
    },
  ],
  [
    "replaced is over",
    {
      "a candidate is sent long after a newer SDP came, and comes": (run) => {
        relayed(run);
        relayed(run, { ufrag: "u2" });
        run.ledger.pass(5_500);
        relayed(run, candidate());
      },
      "a candidate that waited comes long after a newer SDP": (run) => {
        relayed(run);
        const waiting = run.ledger.send(run.viewer, candidate());
        run.ledger.answer(run.viewer, waiting, "queued");
        relayed(run, { ufrag: "u2" });
        run.ledger.pass(3_000);
        run.ledger.arrive(run.master, waiting);
        run.ledger.report(run.viewer, waiting, "delivered");
      },
    },
  ],
  [
    "SDPs in order",
    {
      "an older offer comes after a newer one": (run) => {
        const old = run.ledger.send(run.viewer);
        run.ledger.answer(run.viewer, old, "queued");
        relayed(run, { ufrag: "u2" });
        run.ledger.arrive(run.master, old);
        run.ledger.report(run.viewer, old, "delivered");
      },
      "an unanswered offer comes after one that was sent seconds later": (run) => {
        const old = run.ledger.send(run.viewer, { correlated: false });
        run.ledger.pass(2_500);
        relayed(run, { ufrag: "u2", kind: "SDP_ANSWER" });
        run.ledger.arrive(run.master, old);
      },
    },
  ],
  [
    "numbers in order",
    {
      "2 comes before 1": (run) => {
        const one = run.ledger.send(run.viewer, { seq: 1 });
        relayed(run, { ...candidate(""), seq: 2 });
        run.ledger.arrive(run.master, one);
        run.ledger.answer(run.viewer, one);
      },
      "3 comes after 1, and nobody tells of 2": (run) => {
        relayed(run, { seq: 1 });
        relayed(run, { ...candidate(), seq: 3 });
      },
      "a gap is told of another sender": (run) => {
        relayed(run, { seq: 1 });
        run.ledger.member("viewer-2");
        run.ledger.gap(run.master, "viewer-2", 2, 2);
        relayed(run, { ...candidate(), seq: 3 });
      },
      "3 comes after 1, and 2 was only to be sent again": (run) => {
        relayed(run, { seq: 1 });
        run.ledger.answer(
          run.viewer,
          run.ledger.send(run.viewer, { ...candidate(), seq: 2 }),
          "mailbox_full",
        );
        relayed(run, { ...candidate(), seq: 3 });
      },
      "a gap is told of a number whose end was told long before": (run) => {
        relayed(run, { seq: 1 });
        run.ledger.answer(run.viewer, run.ledger.send(run.viewer, { ...candidate(), seq: 2 }), "superseded");
        run.ledger.pass(5_000);
        run.ledger.gap(run.master, "viewer-1", 2, 2);
        relayed(run, { ...candidate(), seq: 3 });
      },
    },
  ],
];
