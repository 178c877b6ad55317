import { expect, test } from "@jest/globals";
import type { Locator, Page } from "playwright-core";
import { journey } from "../journey-pages.ts";
import { advanceClock } from "../running-program.ts";

const { consolePage, ready } = journey();

const minute = 60_000;

/** What a person sees of the subscription, on the console page. */
const shown = (page: Page, place: string) => page.getByTestId(`state-${place}`);
const reads = (locator: Locator, text: string) => locator.getByText(text, { exact: true }).waitFor();
const panelIs = (page: Page, role: "master" | "viewer", state: string) =>
  page.locator(`[data-testid=${role}-panel][data-state=${state}]`).waitFor();

/** Presses a button of the room and waits for what it says was done. Moving the clock takes a while. */
async function press(page: Page, button: string): Promise<string | null> {
  await page.getByTestId(button).click();
  const result = page.locator("[data-testid=act-result]:not([data-result=busy])");
  await result.waitFor({ timeout: 150_000 });
  const said = await result.textContent();
  if ((await result.getAttribute("data-result")) === "done") return said;
  const problems = await page.locator(".problem:not([hidden])").allTextContents();
  throw new Error([button, said, ...problems].join(": "));
}

/** Both peers connect with a proof of the user's, and hear each other. */
async function call(page: Page, words: string): Promise<void> {
  // A machine that is busy with other tests may be overloaded for a moment.
  const again = () => press(page, "call");
  expect(await again().catch(again).catch(again)).toBe("Both peers are connected as alice.");
  await Promise.all([panelIs(page, "master", "open"), panelIs(page, "viewer", "open")]);
  await page.getByTestId("viewer-panel").getByTestId("chat-input").fill(words);
  await page.getByTestId("viewer-panel").getByTestId("chat-send").click();
  await page.getByTestId("master-panel").getByText(words, { exact: true }).waitFor();
}

async function payOnStripesPage(page: Page): Promise<void> {
  expect(await press(page, "buy")).toBe("Checkout is open. Pay on its page; this room follows.");
  // By the link: a browser that was busy for five seconds opens no window by itself.
  const link = page.getByTestId("stripe-page");
  const [checkout] = await Promise.all([page.waitForEvent("popup"), link.click()]);
  await checkout.getByRole("button", { name: "Subscribe" }).click();
  await checkout.getByText("Back from Checkout.", { exact: false }).waitFor();
  expect(checkout.url()).toContain(`${ready().console}?session_id=cs_test_`);
  await checkout.close();
}

const setDunning = (settings: object) =>
  fetch(`${ready().stripeControl}/settings`, { method: "PUT", body: JSON.stringify(settings) });

test("who pays is connected, stays so while a failed renewal is in grace, and is told why when it is over", async () => {
  const complaints: string[] = [];
  const page = await consolePage((opening) =>
    opening.on("pageerror", (error) => complaints.push(String(error))),
  );
  // Nothing is tried again before the grace is over.
  await setDunning({ retryAfterDays: [21] });

  await payOnStripesPage(page);
  await reads(shown(page, "status"), "active");
  await reads(shown(page, "plan"), "team");
  await call(page, "paid");

  expect(await press(page, "fail-payment")).toContain("will be declined");
  await press(page, "clock-month");
  // No socket lives 32 days, whoever has paid.
  await page.getByTestId("master-panel").getByText("2 hours old", { exact: false }).waitFor();
  await reads(shown(page, "status"), "past_due");
  await reads(shown(page, "plan"), "team");
  await call(page, "in grace");
  expect(await shown(page, "status").textContent()).toBe("past_due");

  const until = /^until (\S+) (\S+) UTC$/.exec((await shown(page, "access").textContent()) ?? "");
  const { now } = (await (await fetch(`${ready().control}/health`)).json()) as { now: number };
  const left = Date.parse(`${until?.[1]}T${until?.[2]}Z`) - now;
  expect(left).toBeGreaterThan(4 * 24 * 60 * minute);
  expect(left).toBeLessThan(7 * 24 * 60 * minute);
  await advanceClock(ready(), left - 5 * minute);
  await call(page, "five minutes left");

  await press(page, "clock-hour");
  for (const role of ["master", "viewer"] as const) {
    await panelIs(page, role, "closed");
    const panel = page.getByTestId(`${role}-panel`);
    expect(await panel.getByTestId("state").textContent()).toBe("Access ended");
    expect(await panel.getByTestId("problem").textContent()).toContain(
      "The subscription gives no access any more (grace_over: a payment failed, and the grace is over).",
    );
    expect(await panel.locator("[data-kind=REVOKED]").count()).toBe(1);
  }
  await reads(shown(page, "plan"), "none");
  await reads(shown(page, "access"), "none (grace_over: a payment failed, and the grace is over)");
  const audits = page.getByTestId("audit");
  await audits.last().getByText("plan team → grace_over", { exact: true }).waitFor();
  expect((await audits.allTextContents()).map((row) => /status (.*?)plan/.exec(row)?.[1])).toEqual([
    "none → active",
    "active → past_due",
    "past_due",
  ]);
  expect(await audits.last().locator(".cause").textContent()).toBe("review");

  expect(await press(page, "cancel-now")).toMatch(/^Stripe ended sub_\w+ at once\.$/);
  await reads(shown(page, "status"), "canceled");
  await setDunning({});
  expect(complaints).toEqual([]);
}, 300_000);
