import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { openConsole } from "../../../journeys/open-console.ts";
import { openedPages } from "./opened-page.ts";

const { blankPage, stack } = openedPages();
let page: Page;
let complaints: string[];

const shown = (test: string) => page.getByTestId(test);
const says = (test: string, words: string) =>
  page.waitForFunction(
    ([name, text]) => document.querySelector(`[data-testid="${name}"]`)?.textContent === text,
    [test, words] as const,
  );

const active = {
  status: 200,
  body: {
    status: "active",
    plan: "team",
    accessUntil: "2027-01-14T03:57:12.000Z",
    pending: false,
    subscriptions: [
      { status: "active", plan: "team", currentPeriodEnd: "2027-01-06T03:57:12Z", cancelAtPeriodEnd: false },
    ],
  },
};
const audit = (user: string, at: string, statusAfter: string, statusBefore?: string) => ({
  user,
  at,
  cause: `evt_${statusAfter}`,
  subscriptionId: "sub_1",
  ...(statusBefore && { statusBefore }),
  statusAfter,
  planBefore: "team",
  planAfter: "team",
  accessBefore: "plan team",
  accessAfter: "plan team",
});

describe("the subscription room", () => {
  beforeEach(async () => {
    page = await blankPage();
    complaints = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
  });
  afterEach(() => page.context().close());

  test("asks while a user is watched and the room is seen, shows what changed, and rests otherwise", async () => {
    stack().subscription.audits = [
      audit("dev#alice", "2026-11-29T03:57:00.000Z#1#0", "active"),
      audit("dev#mallory", "2026-11-29T03:58:00.000Z#1#0", "canceled", "active"),
    ];
    await page.clock.install();
    await openConsole(page, stack().console.url);
    await shown("watch").scrollIntoViewIfNeeded();
    expect(stack().subscription.asked).toBe(0);
    await shown("watch").click();
    await says("state-access", "none (no_subscription: there is no subscription)");
    expect(await shown("audit").allTextContents()).toEqual([
      "2026-11-29 03:57 UTCevt_activestatus none → activeplan teamaccess plan team",
    ]);

    stack().subscription.answer = active;
    const later = audit("dev#alice", "2026-12-29T05:00:00.000Z#2#0", "past_due", "active");
    stack().subscription.audits = [...stack().subscription.audits, later];
    expect(stack().subscription.asked).toBe(1);
    await page.clock.runFor(1_000);
    await says("state-access", "until 2027-01-14 03:57 UTC");
    await says("state-renewal", "renews 2027-01-06 03:57 UTC");
    await says("audit-count", "2");

    const setVisible = (state: "hidden" | "visible") =>
      page.evaluate((value) => {
        Object.defineProperty(document, "visibilityState", { configurable: true, get: () => value });
        document.dispatchEvent(new Event("visibilitychange"));
      }, state);
    await setVisible("hidden");
    await page.clock.runFor(60_000);
    expect(stack().subscription.asked).toBe(2);
    await Promise.all([page.waitForResponse(/\/subscription$/), setVisible("visible")]);
    expect(stack().subscription.asked).toBe(3);
    expect(complaints).toEqual([]);
  }, 60_000);

  test("tells each refusal with its code, and takes any user name", async () => {
    stack().subscription.answer = active;
    await openConsole(page, stack().console.url);
    await shown("billing-user").fill("  ");
    await shown("cancel").click();
    await says("billing-problem", "The user name needs a value.");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("data-testid"))).toBe(
      "billing-user",
    );

    const hostile = `<b>__proto__#</b>${"x".repeat(200)}`.slice(0, 128);
    await shown("billing-user").fill(hostile);
    await shown("watch").press("Enter");
    await says("act-result", `Watching ${hostile}.`);
    await says("state-plan", "team");
    await shown("fail-payment").click();
    await says("act-result", `${hostile} is no customer of Stripe's yet: buy a plan first.`);

    stack().subscription.answer = {
      status: 409,
      body: { code: "subscription_ended", detail: "This subscription has ended." },
    };
    const refusal = "The billing API refused: This subscription has ended. (409 subscription_ended)";
    await shown("cancel").focus();
    await page.keyboard.press("Enter");
    await says("act-result", refusal);
    await says("billing-problem", refusal);
    expect(await shown("act-result").getAttribute("data-result")).toBe("refused");
    // Whoever works with the keyboard goes on from where they are.
    expect(await page.evaluate(() => document.activeElement?.getAttribute("data-testid"))).toBe("cancel");
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(complaints).toEqual([]);
  }, 60_000);

  test("says that a stack sells nothing, and that the billing API is down", async () => {
    stack().subscription.answer = active;
    await openConsole(page, stack().console.url);
    await shown("clock-hour").click();
    await page.getByText(/^It is \d{4}-\d\d-\d\d \d\d:\d\d UTC now\.$/).waitFor();
    await page.route(/\/plans$|\/subscription$/, (route) => route.abort());
    await page.reload();
    await page
      .getByText("The billing API gave no answer that this page may read", { exact: false })
      .waitFor();
    await page.unroute(/\/plans$|\/subscription$/);
    await shown("watch").click();
    await shown("plan").locator("option").waitFor({ state: "attached" });

    const { plans } = stack().subscription;
    for (const nothing of [undefined, []]) {
      stack().subscription.plans = nothing;
      await page.reload();
      await page.getByText("This stack sells nothing", { exact: false }).waitFor();
      expect(await shown("subscription-room").getByRole("button").count()).toBe(0);
    }
    stack().subscription.plans = plans;
  }, 60_000);
});
