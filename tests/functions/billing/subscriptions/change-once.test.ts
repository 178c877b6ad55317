import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { resilientStripe, stripeCircuit } from "../../../../functions/billing/stripe/stripe-client.ts";
import { type CustomerWorld, customerWorld } from "./customer-world.ts";

let world: CustomerWorld;
beforeEach(async () => {
  world = await customerWorld();
});
afterEach(() => world.close());

const key = (name: string) => `customer-change-${name}`;
const statusAndCode = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code];

describe("a change happens once", () => {
  test("whoever is asked, and however many at once", async () => {
    await world.buy("team");
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        world.post("change", { plan: "studio" }, key(`tab-${index % 3}`)),
      ),
    );
    expect(answers.map(({ status, body }) => [status, body.plan])).toEqual(Array(12).fill([200, "studio"]));
    expect((await world.stripe.invoices.list({ customer: world.customer.id })).data).toHaveLength(2);
  });

  const kinds = ["rate_limit", "lock_timeout", "error", "drop", "hang"];
  test.each(kinds.flatMap((kind) => [false, true].map((executed) => [kind, executed] as const)))(
    "after %s, executed: %j",
    async (kind, executed) => {
      await world.buy("team");
      const circuit = stripeCircuit();
      const limits = { remaining: () => 60_000, firstPause: 1, attempt: 400 };
      Object.assign(world.ports, { resilientFor: () => resilientStripe(circuit, limits) });
      await world.control("PUT", "/requests", [
        { kind, path: "/v1/subscriptions/:id", method: "POST", executed },
      ]);
      const first = await world.post("change", { plan: "studio" }, key("1"));
      const last = first.status === 503 ? await world.post("change", { plan: "studio" }, key("1")) : first;
      expect(last).toMatchObject({ status: 200, body: { plan: "studio" } });
      expect((await world.stripe.invoices.list({ customer: world.customer.id })).data).toHaveLength(2);
    },
  );

  test("while Stripe stays away the caller is told to try again, in our words", async () => {
    await world.buy("team");
    await world.control("PUT", "/requests", [{ kind: "drop", path: "/v1/subscriptions", times: 64 }]);
    const answer = await world.post("cancel", {}, key("1"));
    expect([...statusAndCode(answer), answer.body.retryable]).toEqual([503, "payment_unavailable", true]);
    expect(JSON.stringify(answer)).not.toContain("127.0.0.1");
    expect(world.recorded.lines()).toMatchObject([{ outcome: "failed", code: "stripe_unavailable" }]);
  });

  test("one who waits too long for another is told so, and a lease that a crash left ends by itself", async () => {
    await world.buy("team");
    const nobody = { request: "", attempt: "", outcome: "" };
    const leaseUntil = world.ports.now() + 30_000;
    await world.ports.attempts.write("acme#zoe", "change", { ...nobody, leaseUntil }, undefined);
    let looks = 0;
    Object.assign(world.ports, {
      wait: async () => {
        looks += 1;
        if (looks === 3) await world.clock.advance(31_000);
      },
    });
    expect(await world.post("cancel", {}, key("1"))).toMatchObject({ status: 200 });
    expect(looks).toBe(3);
  });
});
