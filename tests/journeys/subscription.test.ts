import { afterAll, expect, test } from "@jest/globals";
import { Stripe } from "stripe";
import { changedCopy } from "./changed-copy.ts";
import {
  endPrograms,
  eventually,
  logLines,
  type Ready,
  requestProof,
  startProgram,
  userToken,
} from "./running-program.ts";

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

test("who has no subscription is refused, pays and gets proofs, and is refused again once it is cancelled", async () => {
  const free = `  synapse-d:freePlan:
    maxFrameBytes: 32768
    framesPerSecond: 100
    peersPerChannel: 50
    mailboxDepth: 256
    messageTtlSeconds: 60
`;
  const copy = changedCopy("Pulumi.dev.yaml", free, "");
  const { ready, stop } = await startProgram([], copy.folder);
  const token = await userToken(ready, "ada");
  const proof = async () => {
    const answer = await requestProof(ready, token, { channel: "paid", role: "MASTER" });
    const { code } = (await answer.json()) as { code?: string };
    return code ?? answer.status;
  };
  expect(await proof()).toBe("subscription_required");

  const answer = await buy(ready, token, "purchase-of-ada-1", {
    plan: "team",
    mode: "checkout",
    customer: { name: "Ada", country: "DE" },
  });
  const { url, ...rest } = (await answer.json()) as { url: string };
  expect([answer.status, rest]).toEqual([201, expect.objectContaining({ status: "open" })]);
  const paid = await fetch(url, {
    method: "POST",
    body: new URLSearchParams({ method: "pm_card_visa", email: "ada@example.com" }),
    redirect: "manual",
  });
  expect(paid.status).toBe(303);
  const own = async (path: string, body?: object, key = path) => {
    const answered = await fetch(`${ready.billing}${path}`, {
      method: body ? "POST" : "GET",
      headers: {
        authorization: `Bearer ${token}`,
        ...(body && {
          "content-type": "application/json",
          "idempotency-key": `of-ada-${key}-of-ada`.replaceAll("/", "-"),
        }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return (await answered.json()) as Record<string, unknown>;
  };
  // Whether the event is here or not.
  expect(await own("/subscription?session_id=cs_test_1")).toMatchObject({ status: "active", plan: "team" });
  expect(await own("/subscription/cancel", {})).toMatchObject({ plan: "team", cancelAtPeriodEnd: true });
  expect(await own("/subscription/resume", {})).toMatchObject({ cancelAtPeriodEnd: false });
  expect(await own("/subscription/change", { plan: "studio" })).toMatchObject({ plan: "studio" });
  await eventually("the row says what Stripe said", async () =>
    (await own("/subscription")).plan === "studio" ? true : undefined,
  );
  expect(await own("/portal", {})).toEqual({ url: expect.stringContaining("/p/session/") });
  await eventually("a proof for who has paid", async () => ((await proof()) === 201 ? true : undefined));

  const { secretKey } = (await (await fetch(`${ready.stripeControl}/health`)).json()) as {
    secretKey: string;
  };
  const { hostname, port } = new URL(ready.stripe);
  const stripe = new Stripe(secretKey, { host: hostname, port, protocol: "http", telemetry: false });
  const { data } = await stripe.subscriptions.list();
  await stripe.subscriptions.cancel(data[0]?.id ?? "");
  await eventually("no proof for who has no subscription any more", async () =>
    (await proof()) === "subscription_required" ? true : undefined,
  );
  await stop();
  copy.remove();
}, 90_000);
