import * as v from "valibot";
import type { Random } from "../../random.ts";
import type { Action, CallRecord, OwnAnswer } from "../ledger.ts";
import type { Recorder } from "./recorder.ts";
import type { System } from "./system.ts";

/** What was bought and is not paid yet. */
export interface Made {
  readonly checkout?: string;
  readonly session?: string;
  readonly intent?: string;
  readonly subscription?: string;
}

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const mostTries = 40;
const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

const instant = v.pipe(
  v.string(),
  v.isoTimestamp(),
  v.transform((text) => Date.parse(text)),
);
const own = v.object({
  plan: v.optional(v.string()),
  pending: v.boolean(),
  subscriptions: v.array(
    v.object({
      plan: v.optional(v.string()),
      pendingPlan: v.optional(v.string()),
      status: v.string(),
      currentPeriodEnd: instant,
      cancelAtPeriodEnd: v.boolean(),
    }),
  ),
});

/** One who buys: every request goes over the billing API, and into the ledger with its answer. */
export class Customer {
  readonly #system: System;
  readonly #recorder: Recorder;
  readonly random: Random;
  /** The subject of the token. */
  readonly name: string;
  #keys = 0;

  constructor(system: System, recorder: Recorder, random: Random, name: string) {
    this.#system = system;
    this.#recorder = recorder;
    this.random = random;
    this.name = name;
  }

  newKey(): string {
    this.#keys += 1;
    return `key-number-${this.#keys}-of-${this.name}`;
  }

  async ask(action: Action, method: string, path: string, body?: object, key?: string): Promise<Answer> {
    const began = this.#recorder.moment();
    const text = body && JSON.stringify(body);
    let answer: Answer = { status: 0, body: {} };
    try {
      const response = await fetch(`${this.#system.ready.billing}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${await this.#system.token(this.name)}`,
          ...(text !== undefined && { "content-type": "application/json" }),
          ...(key !== undefined && { "idempotency-key": key }),
        },
        ...(text !== undefined && { body: text }),
      });
      answer = { status: response.status, body: (await response.json()) as Answer["body"] };
    } catch {
      // The judge is told by the status 0.
    }
    this.#recorder.calls.push({
      customer: this.name,
      action,
      ...(key !== undefined && { key }),
      ...(text !== undefined && { body: text }),
      began,
      ended: this.#recorder.moment(),
      status: answer.status,
      ...refusalOf(answer),
      ...(action === "buy" && answer.status === 201 && thingOf(answer)),
    });
    return answer;
  }

  /** Asks again with the same key until the answer is final. */
  async insist(action: Action, path: string, body: object, key = this.newKey()): Promise<Answer> {
    for (let tries = 1; ; tries += 1) {
      const answer = await this.ask(action, "POST", path, body, key);
      const isFinal = answer.status > 0 && answer.body.retryable !== true;
      if (isFinal || tries >= mostTries) return answer;
      await pause(Math.min(100 * tries, 1_000));
    }
  }

  buy(plan: string, mode: "checkout" | "in_app", key = this.newKey()): Promise<Answer> {
    return this.insist(
      "buy",
      "/subscriptions",
      { plan, mode, customer: { name: "Ada", country: "DE" } },
      key,
    );
  }

  /** Undefined when there is no answer of the documented form. */
  async show(session?: string): Promise<OwnAnswer | undefined> {
    const query = session === undefined ? "" : `?session_id=${session}`;
    const { body } = await this.ask("show", "GET", `/subscription${query}`);
    const parsed = v.safeParse(own, body);
    if (!parsed.success) return undefined;
    const { plan, pending, subscriptions } = parsed.output;
    return {
      plan,
      pending,
      subscriptions: subscriptions.map((one) => ({
        status: one.status,
        plan: one.pendingPlan ?? one.plan,
        cancelAtPeriodEnd: one.cancelAtPeriodEnd,
        periodEnd: one.currentPeriodEnd,
      })),
    };
  }

  async proof(): Promise<number> {
    const request = { channel: `of-${this.name}`, role: "MASTER" };
    return (await this.ask("proof", "POST", "/proofs", request)).status;
  }
}

const refusal = v.object({ code: v.string(), retryable: v.boolean() });

function refusalOf({ status, body }: Answer): Pick<CallRecord, "code" | "retryable"> {
  const parsed = v.safeParse(refusal, body);
  return status >= 400 && parsed.success ? parsed.output : {};
}

/** What may be paid, from the answer to a purchase. */
export function madeOf({ status, body }: Answer): Made | undefined {
  if (status !== 201 && status !== 200) return undefined;
  const { url, clientSecret, subscription } = body;
  return {
    ...(typeof url === "string" && { checkout: url, session: new URL(url).pathname.split("/").at(-1) ?? "" }),
    ...(typeof clientSecret === "string" && { intent: clientSecret.split("_secret_")[0] ?? "" }),
    ...(typeof subscription === "string" && { subscription }),
  };
}

/** What tells one thing that was made from another. A page that has nothing to pay any more is not named. */
function thingOf({ body: { subscription, expiresAt, url } }: Answer): Pick<CallRecord, "made" | "page"> {
  if (typeof subscription === "string") return { made: `in_app ${subscription}` };
  return { made: `checkout until ${expiresAt}`, ...(typeof url === "string" && { page: url }) };
}
