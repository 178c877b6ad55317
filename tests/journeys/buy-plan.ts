import { expect } from "@jest/globals";
import type { Ready } from "./running-program.ts";

/** Sends a purchase. */
export const buy = (ready: Ready, token: string, key: string, body: unknown) =>
  fetch(`${ready.billing}/subscriptions`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      ...(key && { "idempotency-key": key }),
    },
    body: JSON.stringify(body),
  });

/** The caller buys the plan on the page to which the purchase leads. */
export async function pay(ready: Ready, token: string, key: string, name: string): Promise<void> {
  const body = { plan: "team", mode: "checkout", customer: { name, country: "DE" } };
  const answer = await buy(ready, token, key, body);
  const { url, ...rest } = (await answer.json()) as { url: string };
  expect([answer.status, rest]).toEqual([201, expect.objectContaining({ status: "open" })]);
  const paid = await fetch(url, {
    method: "POST",
    body: new URLSearchParams({ method: "pm_card_visa", email: `${name.toLowerCase()}@example.com` }),
    redirect: "manual",
  });
  expect(paid.status).toBe(303);
}
