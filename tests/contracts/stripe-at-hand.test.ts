import { expect, test } from "@jest/globals";
import { stripeAtHand } from "./stripe-at-hand.ts";

test.each(["sk_live_0123456789", "pk_test_0123456789", "nonsense"])(
  "the contract never runs with the key %s",
  async (key) => {
    await expect(stripeAtHand(key)).rejects.toThrow("must begin with sk_test_ or rk_test_");
  },
);
