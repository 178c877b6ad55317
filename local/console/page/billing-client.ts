import * as v from "valibot";
import { type Asked, askService } from "./ask-service.ts";
import { obtainToken } from "./obtain-token.ts";
import type { Services } from "./services.ts";

const service = "The billing API";

/** A page that a person may be sent to: no other scheme, such as `javascript:`. */
const pageUrl = v.pipe(v.string(), v.regex(/^https?:\/\//));

const plansListed = v.object({
  plans: v.array(v.object({ id: v.string(), name: v.string(), trialDays: v.number() })),
});
export type Plan = v.InferOutput<typeof plansListed>["plans"][number];

const shown = v.object({
  plan: v.optional(v.string()),
  status: v.string(),
  currentPeriodEnd: v.string(),
  cancelAtPeriodEnd: v.boolean(),
  pendingPlan: v.optional(v.string()),
});

const ownState = v.object({
  status: v.string(),
  plan: v.optional(v.string()),
  accessUntil: v.optional(v.string()),
  denied: v.optional(v.string()),
  pending: v.boolean(),
  subscriptions: v.array(shown),
});

/** What `GET /subscription` says of a user. */
export type SubscriptionState = v.InferOutput<typeof ownState>;

const bought = v.object({ status: v.nullable(v.string()), url: v.optional(pageUrl) });
const portal = v.object({ url: pageUrl });

/** What is sold. A stack without plans has no such route, which API Gateway refuses with 403. */
export const listPlans = ({ billing }: Services): Promise<Asked<{ plans: Plan[] }>> =>
  askService(service, plansListed, `${billing}/plans`, {});

/** The billing API as one user calls it, with an access token that is renewed when it is refused. */
export class BillingClient {
  readonly #services: Services;
  readonly #user: string;
  #token: string | undefined;

  constructor(services: Services, user: string) {
    this.#services = services;
    this.#user = user;
  }

  get user(): string {
    return this.#user;
  }

  /** Lets the next request bring a new token: the local clock has moved, and tokens live an hour. */
  forgetToken(): void {
    this.#token = undefined;
  }

  state(): Promise<Asked<SubscriptionState>> {
    return this.#ask(ownState, "GET", "/subscription");
  }

  buy(plan: string): Promise<Asked<v.InferOutput<typeof bought>>> {
    // A name of at most 100 characters, whatever the user is called.
    const name = this.#user.slice(0, 100);
    return this.#ask(bought, "POST", "/subscriptions", {
      plan,
      mode: "checkout",
      customer: { name, country: "DE" },
    });
  }

  /** Cancels at the end of the period, or takes that back. */
  act(action: "cancel" | "resume"): Promise<Asked<v.InferOutput<typeof shown>>> {
    return this.#ask(shown, "POST", `/subscription/${action}`, {});
  }

  change(plan: string): Promise<Asked<v.InferOutput<typeof shown>>> {
    return this.#ask(shown, "POST", "/subscription/change", { plan });
  }

  openPortal(): Promise<Asked<v.InferOutput<typeof portal>>> {
    return this.#ask(portal, "POST", "/portal", {});
  }

  async #ask<Schema extends v.GenericSchema>(
    schema: Schema,
    method: string,
    path: string,
    body?: object,
  ): Promise<Asked<v.InferOutput<Schema>>> {
    const key = crypto.randomUUID();
    const isTokenOld = this.#token !== undefined;
    const token = await this.#obtainToken();
    if (token.kind === "refused") return token;
    const answer = await askService(service, schema, `${this.#services.billing}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token.answer}`,
        ...(body && { "content-type": "application/json", "idempotency-key": key }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (answer.kind === "answered" || answer.status !== 401) return answer;
    this.forgetToken();
    return isTokenOld ? this.#ask(schema, method, path, body) : answer;
  }

  async #obtainToken(): Promise<Asked<string>> {
    if (this.#token !== undefined) return { kind: "answered", answer: this.#token };
    const token = await obtainToken(this.#services, this.#user);
    if (token.kind === "answered") this.#token = token.answer;
    return token;
  }
}
