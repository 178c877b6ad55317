import fc from "fast-check";
import type { Posting } from "./order-world.ts";

/** What happens on a channel, at once with the other events of its act. */
export type Event =
  | {
      readonly kind: "offer" | "answer" | "candidate";
      /** Of the sender's negotiations: this one goes on, or a new one begins (an ICE restart). */
      readonly restarts: boolean;
      /** The function instance: two are warm, others new. */
      readonly instance: 0 | 1 | 2;
      /** Its invocation dies at once. Only of a numbered frame. */
      readonly dies: boolean;
    }
  /** A frame of an earlier act, the so-manieth, is sent again. Only a numbered one: others are not remembered. */
  | { readonly kind: "again"; readonly which: number }
  | {
      readonly kind: "refresh";
      /** What posting to the old connection comes to from then on. */
      readonly leaves: "gone" | "delivered";
    }
  | { readonly kind: "disconnect" }
  | { readonly kind: "work" };

/** Events at once, then a time in which nothing is sent. */
export interface Act {
  readonly events: readonly Event[];
  /** Milliseconds. */
  readonly pause: number;
}

export interface Script {
  readonly acts: readonly Act[];
  /** Whether the viewer numbers its frames. */
  readonly numbered: boolean;
  /** Whether the master's clients announce themselves. */
  readonly announced: boolean;
  /** What posts to the master's connections come to, in turn, whoever posts; then `delivered`. */
  readonly posting: readonly Posting[];
  /** Whether each message for the worker is lost, in turn; then none. */
  readonly lost: readonly boolean[];
  /** Whether DynamoDB's answer to each write is lost, so that it is sent again, in turn; then none. */
  readonly lostAnswers: readonly boolean[];
  /** After how many steps each invocation dies, in turn, whoever it is of; 0: it does not. Then none does. */
  readonly deaths?: readonly number[];
  /** Whether DynamoDB refuses each write of a relay, however often it is tried, in turn; then none. */
  readonly failedWrites: readonly boolean[];
}

const sent = fc.record({
  kind: fc.constantFrom("candidate" as const, "candidate" as const, "offer" as const, "answer" as const),
  restarts: fc.boolean(),
  instance: fc.constantFrom(0 as const, 1 as const, 2 as const),
  dies: fc.nat({ max: 7 }).map((draw) => draw === 7),
});

const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 7, arbitrary: sent },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("refresh" as const),
      leaves: fc.constantFrom("gone" as const, "delivered" as const),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "disconnect" as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: "work" as const }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("again" as const), which: fc.nat({ max: 30 }) }) },
);

const act: fc.Arbitrary<Act> = fc.record({
  events: fc.array(event, { minLength: 1, maxLength: 7 }),
  pause: fc.constantFrom(0, 1_000, 4_000, 6_000, 20_000, 70_000),
});

/** Posts that go wrong: rarely, and of each kind. `ambiguous` ones may reach somebody twice. */
const postings = (ambiguous: boolean): fc.Arbitrary<readonly Posting[]> =>
  fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constant("delivered" as const) },
      {
        weight: 3,
        arbitrary: fc.constantFrom<Posting>(
          "unavailable",
          "refused",
          ...(ambiguous ? (["unknown", "unknown_arrived"] as const) : []),
        ),
      },
    ),
    { maxLength: 10 },
  );

export const scripts = ({ ambiguous }: { readonly ambiguous: boolean }): fc.Arbitrary<Script> =>
  fc
    .record({
      acts: fc.array(act, { minLength: 1, maxLength: 4 }),
      numbered: fc.boolean(),
      announced: fc.boolean(),
      posting: fc.oneof(fc.constant([]), postings(ambiguous)),
      fails: fc.constantFrom("nothing", "sqs", "dynamodb_answers", "dynamodb_writes"),
      failures: fc.array(fc.boolean(), { maxLength: 10 }),
    })
    .map(({ fails, failures, ...script }) => ({
      ...script,
      lost: fails === "sqs" ? failures : [],
      lostAnswers: fails === "dynamodb_answers" ? failures : [],
      failedWrites: fails === "dynamodb_writes" ? failures : [],
    }));
