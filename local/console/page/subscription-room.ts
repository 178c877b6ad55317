import { advanceClock } from "./advance-clock.ts";
import type { Asked } from "./ask-service.ts";
import { AuditList, auditRow } from "./audit-list.ts";
import { BillingClient, listPlans, type Plan } from "./billing-client.ts";
import { cloudTime } from "./refusal-log.ts";
import type { Services } from "./services.ts";
import { StripeHand } from "./stripe-hand.ts";
import { type StateWords, stateWords, timeWords } from "./subscription-words.ts";
import { rowsOf } from "./table-rows.ts";
import { part } from "./template-part.ts";
import { Watch } from "./watch.ts";

const hour = 60 * 60 * 1_000;
const clockSteps: readonly (readonly [test: string, words: string, milliseconds: number])[] = [
  ["clock-hour", "1 hour", hour],
  ["clock-day", "1 day", 24 * hour],
  ["clock-month", "32 days", 32 * 24 * hour],
];

/**
 * The second room: one user buys a plan, the subscription changes, and access ends. It asks about once a second
 * while it can be seen and a user is watched.
 *
 * For tests: `subscription-room` carries `data-state` (`idle`, `watching`, or `unsold` when the stack sells nothing)
 * and, while an act is under way, `aria-busy`. Inside are `billing-user`, `plan`, `watch`, `buy`, `stripe-page` (the
 * link to the page of Checkout or the portal), `cancel`, `resume`, `change`, `portal`, `fail-payment`, `cancel-now`,
 * `dispute`, `clock-hour`, `clock-day`, `clock-month`, `call`, `act-result` (what the last act did, `data-result`
 * `done`, `refused` or `busy`), `billing-problem`, `cloud-time`, `state-status`, `state-plan`, `state-access`,
 * `state-purchase`, `state-renewal`, `audit-count`, and `audits` with an `audit` a row.
 */
export class SubscriptionRoom {
  readonly #room: HTMLElement;
  readonly #services: Services;
  readonly #stripe: StripeHand;
  readonly #audits: AuditList;
  readonly #watch: Watch;
  #client: BillingClient | undefined;
  #isOnScreen = false;

  /** `call` connects both peers as that user. */
  constructor(room: HTMLElement, services: Services, user: string, call: (user: string) => Promise<boolean>) {
    this.#room = room;
    this.#services = services;
    this.#stripe = new StripeHand(services);
    this.#audits = new AuditList(room);
    this.#watch = new Watch(
      () => this.#look(),
      (fault) => this.#problem(String(fault)),
      {
        isVisible: () => this.#isOnScreen && document.visibilityState === "visible",
        later: (wake) => {
          const timer = setTimeout(wake, 1_000);
          return () => clearTimeout(timer);
        },
      },
    );
    this.#user.value = user;
    part(room, "[data-part=who]", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#watchUser()) void this.#showPlans();
    });
    this.#setUpActs(call);
    this.#followSight();
    void this.#showPlans();
  }

  #setUpActs(call: (user: string) => Promise<boolean>): void {
    this.#onPress("buy", "Buying…", async (client) => {
      const bought = await client.buy(await this.#chosenPlan());
      if (bought.kind === "refused") return bought;
      const { url } = bought.answer;
      if (url === undefined) return done("There is nothing to pay any more.");
      this.#lead(url, "Pay at Stripe");
      return done("Checkout is open. Pay on its page; this room follows.");
    });
    this.#onPress("cancel", "Cancelling…", async (client) =>
      said(await client.act("cancel"), (one) => `It ends ${timeWords(one.currentPeriodEnd)}.`),
    );
    this.#onPress("resume", "Resuming…", async (client) =>
      said(await client.act("resume"), (one) => `It renews ${timeWords(one.currentPeriodEnd)}.`),
    );
    this.#onPress("change", "Changing the plan…", async (client) =>
      said(await client.change(await this.#chosenPlan()), ({ plan, pendingPlan }) =>
        pendingPlan === undefined ? `The plan is ${plan}.` : `${pendingPlan} counts when it is paid.`,
      ),
    );
    this.#onPress("portal", "Opening the portal…", async (client) =>
      said(await client.openPortal(), ({ url }) => {
        this.#lead(url, "Portal at Stripe");
        return "The portal is open.";
      }),
    );
    this.#onPress("fail-payment", "Telling Stripe…", ({ user }) => this.#stripe.failNextPayment(user));
    this.#onPress("cancel-now", "Telling Stripe…", ({ user }) => this.#stripe.cancelNow(user));
    this.#onPress("dispute", "Telling Stripe…", ({ user }) => this.#stripe.disputeLastCharge(user));
    for (const [test, words, milliseconds] of clockSteps) {
      this.#onPress(test, `Moving the clock by ${words}…`, async (client) => {
        const moved = await advanceClock(this.#services, milliseconds);
        client.forgetToken();
        return said(moved, (now) => `It is ${timeWords(now)} now.`);
      });
    }
    this.#onPress("call", "Connecting both peers…", async ({ user }) =>
      (await call(user))
        ? done(`Both peers are connected as ${user}.`)
        : { kind: "refused", words: "The peers' panels say why they are not connected." },
    );
  }

  /** One act at a time; its outcome is told in a line. */
  #onPress(test: string, busy: string, act: (client: BillingClient) => Promise<Asked<string>>): void {
    this.#part(test, HTMLButtonElement).addEventListener("click", async () => {
      const client = this.#watchUser();
      if (!client) return;
      const focused = document.activeElement;
      this.#setBusy(true);
      this.#link.hidden = true;
      this.#tell("busy", busy);
      const outcome = await act(client).catch(
        (fault: unknown): Asked<string> => ({ kind: "refused", words: String(fault) }),
      );
      this.#setBusy(false);
      // A browser takes the focus off a button that is disabled.
      if (document.activeElement === document.body && focused instanceof HTMLElement) focused.focus();
      this.#tell(
        outcome.kind === "refused" ? "refused" : "done",
        outcome.kind === "refused" ? outcome.words : outcome.answer,
      );
      this.#watch.look();
    });
  }

  /** Watches whom the field names; undefined, after saying so, when it names nobody. */
  #watchUser(): BillingClient | undefined {
    const user = this.#user.value.trim();
    if (user === "") {
      this.#user.focus();
      this.#problem("The user name needs a value.");
      return undefined;
    }
    if (this.#client?.user === user) {
      this.#watch.start();
      return this.#client;
    }
    this.#client = new BillingClient(this.#services, user);
    this.#problem(undefined);
    this.#tell("done", `Watching ${user}.`);
    this.#audits.clear();
    this.#link.hidden = true;
    for (const place of places) this.#write(`state-${place}`, "…");
    this.#watch.start();
    return this.#client;
  }

  async #look(): Promise<void> {
    const client = this.#client;
    if (!client || this.#room.dataset.state === "unsold") return;
    const [state, audits, now] = await Promise.all([
      client.state(),
      rowsOf(this.#services, "audits", auditRow, client.user),
      cloudTime(this.#services).catch(() => undefined),
    ]);
    // Another user is watched by now.
    if (client !== this.#client) return;
    if (now !== undefined) this.#write("cloud-time", timeWords(now));
    if (audits.kind === "answered") this.#audits.show(audits.answer);
    if (state.kind === "answered") {
      this.#room.dataset.state = "watching";
      const words: StateWords = stateWords(state.answer);
      for (const place of places) this.#write(`state-${place}`, words[place]);
    }
    const refusal = [state, audits].find(({ kind }) => kind === "refused");
    this.#problem(refusal?.kind === "refused" ? refusal.words : undefined);
  }

  async #showPlans(): Promise<void> {
    const plans = await listPlans(this.#services);
    if (plans.kind === "refused" && plans.status !== 403 && plans.status !== 404) {
      return this.#problem(`${plans.words} Press Watch to try again.`);
    }
    this.#offer(plans.kind === "answered" ? plans.answer.plans : []);
  }

  /** The plans may not be here yet when somebody is quick. */
  async #chosenPlan(): Promise<string> {
    if (this.#plan.value === "") await this.#showPlans();
    return this.#plan.value;
  }

  #offer(plans: readonly Plan[]): void {
    const isSold = plans.length > 0;
    this.#room.dataset.state = isSold ? (this.#client ? "watching" : "idle") : "unsold";
    part(this.#room, "[data-part=unsold]", HTMLElement).hidden = isSold;
    part(this.#room, "[data-part=sold]", HTMLElement).hidden = !isSold;
    const chosen = this.#plan.value;
    this.#plan.replaceChildren(
      ...plans.map(({ id, name, trialDays }) => {
        const trial = trialDays > 0 ? `, ${trialDays} days of trial` : "";
        return new Option(`${name}${trial}`, id, false, id === chosen);
      }),
    );
  }

  /** The link stays for those whose browser opens no window by itself. */
  #lead(url: string, words: string): void {
    this.#link.href = url;
    this.#link.textContent = words;
    this.#link.hidden = false;
    window.open(url, "_blank", "noopener");
  }

  #followSight(): void {
    document.addEventListener("visibilitychange", () => this.#watch.look());
    new IntersectionObserver((entries) => {
      this.#isOnScreen = entries.at(-1)?.isIntersecting ?? false;
      this.#watch.look();
    }).observe(this.#room);
  }

  #setBusy(isBusy: boolean): void {
    this.#room.ariaBusy = String(isBusy);
    for (const button of this.#room.querySelectorAll("button")) button.disabled = isBusy;
  }

  #tell(result: "done" | "refused" | "busy", words: string): void {
    this.#part("act-result", HTMLElement).dataset.result = result;
    this.#write("act-result", words);
  }

  #problem(words: string | undefined): void {
    this.#part("billing-problem", HTMLElement).hidden = words === undefined;
    this.#write("billing-problem", words ?? "");
  }

  /** Leaves alone what says so already: a screen reader reads every change. */
  #write(test: string, words: string): void {
    const element = this.#part(test, HTMLElement);
    if (element.textContent !== words) element.textContent = words;
  }

  get #user(): HTMLInputElement {
    return this.#part("billing-user", HTMLInputElement);
  }

  get #plan(): HTMLSelectElement {
    return this.#part("plan", HTMLSelectElement);
  }

  get #link(): HTMLAnchorElement {
    return this.#part("stripe-page", HTMLAnchorElement);
  }

  #part<Kind extends Element>(test: string, kind: new () => Kind): Kind {
    return part(this.#room, `[data-testid=${test}]`, kind);
  }
}

const places = ["status", "plan", "access", "purchase", "renewal"] as const;

const done = (answer: string): Asked<string> => ({ kind: "answered", answer });

const said = <Answer>(asked: Asked<Answer>, words: (answer: Answer) => string): Asked<string> =>
  asked.kind === "refused" ? asked : done(words(asked.answer));
