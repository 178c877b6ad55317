import { afterAll, expect, test } from "@jest/globals";
import { endPrograms, logLines, type Ready, startProgram, userToken } from "./running-program.ts";

afterAll(endPrograms);

const buy = (ready: Ready, token: string, key: string, body: unknown) =>
  fetch(`${ready.billing}/subscriptions`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      ...(key && { "idempotency-key": key }),
    },
    body: JSON.stringify(body),
  });

test("a plan of the list is bought on the page to which its purchase leads, under the functions' own roles", async () => {
  const { ready, stop } = await startProgram();
  const { plans } = (await (await fetch(`${ready.billing}/plans`)).json()) as { plans: { id: string }[] };
  expect(plans.map(({ id }) => id)).toEqual(["team", "studio"]);
  expect(JSON.stringify(plans)).not.toContain("price_");

  const token = await userToken(ready, "alice");
  const body = { plan: "team", mode: "checkout", customer: { name: "Alice", country: "DE" } };
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => buy(ready, token, "purchase-number-1", body)),
  );
  const bodies = await Promise.all(answers.map((answer) => answer.text()));
  expect([answers.map(({ status }) => status), new Set(bodies).size]).toEqual([Array(6).fill(201), 1]);
  const { url } = JSON.parse(bodies[0] ?? "{}") as { url: string };
  expect(url).toContain(`${ready.stripe}/c/pay/`);
  expect(await (await fetch(url)).text()).toContain("Team");

  expect((await buy(ready, token, "", body)).status).toBe(400);
  const bent = await buy(ready, token, "purchase-number-2", { ...body, price: "price_1" });
  expect([bent.status, ((await bent.json()) as { code: string }).code]).toEqual([400, "body_invalid"]);
  const lines = (await logLines(ready, "CreateSubscriptionHandler")).map(({ message }) =>
    JSON.parse(message),
  );
  expect(lines.filter(({ outcome }) => outcome === "created")).toHaveLength(1);
  expect(JSON.stringify(lines)).not.toMatch(/sk_test|Alice|alice/);
  await stop();
}, 60_000);
