import { describe, expect, test } from "@jest/globals";
import { judge } from "../../../../chaos/signaling/judge/judge.ts";
import { brokenPromises, candidate, type Run, relayed } from "./planted-run.ts";
import { WrittenLedger } from "./written-ledger.ts";

describe("breaks no promise, and says apart, when", () => {
  const fatesOf = (plant: (run: Run) => void, options: { ambiguous?: boolean } = {}) => {
    const ledger = new WrittenLedger(options);
    const master = ledger.page(ledger.member("MASTER"));
    const viewer = ledger.page(ledger.member("viewer-1"));
    plant({ ledger, master, viewer });
    const { violations, counts } = judge(ledger.done());
    expect(violations).toEqual([]);
    const fates = Object.entries(counts.fates).filter(([, count]) => count > 0);
    return { fates: Object.fromEntries(fates), counts };
  };

  test("a frame is lost in a half-open connection", () => {
    const { fates } = fatesOf((run) => {
      run.ledger.end(run.master, "half-open");
      run.ledger.pass(3_000);
      run.ledger.answer(run.viewer, run.ledger.send(run.viewer));
    });
    expect(fates).toEqual({ "lost in a half-open connection": 1 });
  });

  test("a frame is lost in a connection that is just being closed", () => {
    const { fates } = fatesOf((run) => {
      const sent = run.ledger.send(run.viewer);
      run.ledger.end(run.master);
      run.ledger.answer(run.viewer, sent);
    });
    expect(fates).toEqual({ "lost in a connection that ended just then": 1 });
  });

  test("the sender is gone when its report comes", () => {
    const { fates } = fatesOf((run) => {
      run.ledger.answer(run.viewer, run.ledger.send(run.viewer), "queued");
      run.ledger.end(run.viewer);
    });
    expect(fates).toEqual({ "unreported, sender gone": 1 });
  });

  test("a frame has no answer since its invocation failed", () => {
    const { fates } = fatesOf((run) => {
      run.ledger.send(run.viewer);
      run.ledger.invocationFailed(run.viewer);
    });
    expect(fates).toEqual({ unanswered: 1 });
  });

  test.each(["superseded", "expired", "unknown", "undeliverable"])("a frame is reported %s", (code) => {
    const { fates } = fatesOf((run) => {
      const sent = run.ledger.send(run.viewer);
      run.ledger.answer(run.viewer, sent, "queued");
      run.ledger.report(run.viewer, sent, code);
    });
    expect(fates).toEqual({ [code]: 1 });
  });

  test("a candidate that was sent again comes again", () => {
    const { counts } = fatesOf((run) => {
      relayed(run);
      const sent = run.ledger.send(run.viewer, candidate());
      run.ledger.arrive(run.master, sent);
      run.ledger.invocationFailed(run.viewer);
      run.ledger.sendAgain(run.viewer, sent);
      run.ledger.arrive(run.master, sent);
      run.ledger.answer(run.viewer, sent);
    });
    expect(counts.repeatsAfterResend).toBe(1);
  });

  test("a numbered candidate that was sent again before it arrived comes again", () => {
    const { counts } = fatesOf((run) => {
      relayed(run, { seq: 1 });
      const sent = run.ledger.send(run.viewer, { ...candidate(), seq: 2 });
      run.ledger.sendAgain(run.viewer, sent);
      run.ledger.arrive(run.master, sent);
      run.ledger.arrive(run.master, sent);
      run.ledger.answer(run.viewer, sent);
      run.ledger.answer(run.viewer, sent);
    });
    expect(counts.repeatsAfterResend).toBe(1);
  });

  test("an SDP comes again to a client that did not announce itself, after a kill", () => {
    const { counts } = fatesOf(
      ({ ledger, viewer }) => {
        const stock = ledger.page("t-room-MASTER", { announced: false });
        const sent = ledger.send(viewer);
        ledger.arrive(stock, sent);
        ledger.kill();
        ledger.arrive(stock, sent);
        ledger.answer(viewer, sent);
      },
      { ambiguous: true },
    );
    expect(counts.repeatsAfterAmbiguity).toBe(1);
  });

  test("a gap is told before what is behind it", () => {
    const { counts } = fatesOf((run) => {
      relayed(run, { seq: 1 });
      run.ledger.gap(run.master, "viewer-1", 2, 2);
      relayed(run, { ...candidate(), seq: 3 });
    });
    expect(counts.gaps).toBe(1);
  });

  test("a number is left out whose sender was told its end, before or after", () => {
    const { fates } = fatesOf((run) => {
      relayed(run, { seq: 1 });
      run.ledger.answer(run.viewer, run.ledger.send(run.viewer, { ...candidate(), seq: 2 }), "superseded");
      const queued = run.ledger.send(run.viewer, { ...candidate(), seq: 3 });
      run.ledger.answer(run.viewer, queued, "queued");
      relayed(run, { ...candidate(), seq: 4 });
      run.ledger.report(run.viewer, queued, "expired");
    });
    expect(fates).toEqual({ received: 2, superseded: 1, expired: 1 });
  });

  test("a number is left out whose sender was gone when its end was told", () => {
    const { fates } = fatesOf((run) => {
      relayed(run, { seq: 1 });
      run.ledger.answer(run.viewer, run.ledger.send(run.viewer, { ...candidate(), seq: 2 }), "queued");
      run.ledger.send(run.viewer, { ...candidate(), seq: 3 });
      const behind = run.ledger.send(run.viewer, { ...candidate(), seq: 4 });
      run.ledger.answer(run.viewer, behind, "queued");
      run.ledger.end(run.viewer);
      run.ledger.arrive(run.master, behind);
    });
    expect(fates).toEqual({ received: 2, "unreported, sender gone": 1, unanswered: 1 });
  });

  test("a gap begins with a number that another page of its sender has ended", () => {
    const { counts } = fatesOf((run) => {
      relayed(run, { seq: 1 });
      run.ledger.answer(run.viewer, run.ledger.send(run.viewer, { ...candidate(), seq: 2 }), "superseded");
      run.ledger.end(run.viewer);
      const viewer = run.ledger.page("t-room-viewer-1");
      relayed({ ...run, viewer }, { seq: 1, ufrag: "u2" });
      run.ledger.pass(5_000);
      run.ledger.gap(run.master, "viewer-1", 2, 2);
      relayed({ ...run, viewer }, { ...candidate("u2"), seq: 3 });
    });
    expect(counts.gaps).toBe(1);
  });

  test("an answer to an earlier offer was sent again behind the offer, and so a fresh client does not get that", () => {
    const { fates } = fatesOf((run) => {
      relayed(run);
      const answer = run.ledger.send(run.master, { kind: "SDP_ANSWER", to: "viewer-1", ufrag: "m1" });
      run.ledger.invocationFailed(run.master);
      relayed(run, { ufrag: "u2" });
      run.ledger.sendAgain(run.master, answer);
      run.ledger.arrive(run.viewer, answer);
      run.ledger.answer(run.master, answer);
      run.ledger.end(run.master);
      const fresh = run.ledger.page("t-room-MASTER");
      relayed({ ...run, master: fresh }, candidate("u2"));
    });
    expect(fates).toEqual({ received: 4 });
  });

  test("a worker that was killed keeps its message, and the offer, back for a minute", () => {
    const { fates } = fatesOf(
      (run) => {
        run.ledger.kill();
        run.ledger.pass(55_000);
        relayed(run);
        run.ledger.end(run.master);
        run.ledger.page("t-room-MASTER");
      },
      { ambiguous: true },
    );
    expect(fates).toEqual({ received: 1 });
  });

  test("a fresh client gets the offer again, and then its candidates", () => {
    const { fates } = fatesOf((run) => {
      const offer = relayed(run);
      run.ledger.end(run.master);
      const fresh = run.ledger.page("t-room-MASTER");
      run.ledger.arrive(fresh, offer);
      relayed({ ...run, master: fresh }, candidate());
    });
    expect(fates).toEqual({ received: 2 });
  });

  test("two offers that were sent at once come in either order", () => {
    const { fates } = fatesOf((run) => {
      const [one, two] = [run.ledger.send(run.viewer), run.ledger.send(run.viewer, { ufrag: "u2" })];
      run.ledger.arrive(run.master, two);
      run.ledger.arrive(run.master, one);
      run.ledger.answer(run.viewer, one);
      run.ledger.answer(run.viewer, two);
    });
    expect(fates).toEqual({ received: 2 });
  });
});

test("an SDP that comes twice to a client that did not announce itself needs a kill, ambiguity does not do", () => {
  const broken = brokenPromises(
    ({ ledger, viewer }) => {
      const stock = ledger.page("t-room-MASTER", { announced: false });
      const sent = ledger.send(viewer);
      ledger.arrive(stock, sent);
      ledger.arrive(stock, sent);
      ledger.answer(viewer, sent);
    },
    { ambiguous: true },
  );
  expect(broken).toEqual(["not twice"]);
});

test("a second end after `delivered` needs a plain candidate and ambiguity", () => {
  const told = (
    codes: readonly string[],
    frame: { readonly kind?: "ICE_CANDIDATE"; readonly seq?: number },
  ) => {
    return ({ ledger, master, viewer }: Run) => {
      const before = ledger.send(viewer, frame.seq === undefined ? {} : { seq: 1 });
      ledger.arrive(master, before);
      ledger.answer(viewer, before);
      const sent = ledger.send(viewer, frame);
      ledger.answer(viewer, sent, "queued");
      ledger.arrive(master, sent);
      for (const code of codes) ledger.report(viewer, sent, code);
    };
  };
  const ends = ["delivered", "superseded"];
  const plain = { kind: "ICE_CANDIDATE" } as const;
  const ambiguous = { ambiguous: true };
  expect(brokenPromises(told(ends, plain), ambiguous)).toEqual([]);
  expect(brokenPromises(told(ends, plain))).toEqual(["known codes"]);
  expect(brokenPromises(told(ends, {}), ambiguous)).toEqual(["known codes"]);
  expect(brokenPromises(told(ends, { ...plain, seq: 2 }), ambiguous)).toEqual(["known codes"]);
  expect(brokenPromises(told(["expired", "superseded"], plain), ambiguous)).toEqual(["known codes"]);
});

test("where an answer takes over 1.5 seconds, what comes again that late is ambiguous", () => {
  const twice = (comesAgainAfter: number, slowAnswer: number) => (run: Run) => {
    const slow = run.ledger.send(run.viewer);
    run.ledger.pass(slowAnswer);
    run.ledger.answer(run.viewer, slow, "superseded");
    const sent = run.ledger.send(run.viewer, { ufrag: "u2" });
    run.ledger.arrive(run.master, sent);
    run.ledger.answer(run.viewer, sent);
    run.ledger.pass(comesAgainAfter);
    run.ledger.arrive(run.master, sent);
  };
  expect(brokenPromises(twice(1_600, 1_400))).toEqual(["not twice"]);
  expect(brokenPromises(twice(1_400, 1_600))).toEqual(["not twice"]);
  expect(brokenPromises(twice(1_600, 1_600))).toEqual([]);
});

test("the fates of the frames add up to the frames", () => {
  const ledger = new WrittenLedger();
  const master = ledger.page(ledger.member("MASTER"));
  const viewer = ledger.page(ledger.member("viewer-1"));
  const run = { ledger, master, viewer };
  relayed(run);
  relayed(run, candidate());
  ledger.send(viewer, { ufrag: "u2", correlated: false });
  ledger.send(viewer, { kind: "ACK", correlated: false });
  ledger.answer(viewer, ledger.send(viewer, { ufrag: "u3" }), "queued");
  const { counts } = judge(ledger.done());
  expect(counts.fates).toMatchObject({
    received: 2,
    acknowledgement: 1,
    "without correlation id, not received": 1,
    lost: 1,
  });
  expect(Object.values(counts.fates).reduce((sum, count) => sum + count, 0)).toBe(5);
  expect(counts.frames).toEqual({ SDP_OFFER: 3, ICE_CANDIDATE: 1, ACK: 1 });
});
