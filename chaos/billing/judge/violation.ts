/** What is promised, by name. docs/chaos.md has the same table. */
export const promises = {
  "one customer": "what a user has bought is all of one customer at Stripe",
  "one subscription": "a user never has two live subscriptions of a plan group",
  "same answer": "a purchase is answered the same for the same key, and the key is refused for another body",
  "answered at last": "a request that is asked again with its key has a final answer within 40 tries",
  "known failures":
    "there is no 5xx but those that are documented and retryable, and none when nothing fails",
  "access given": "who has paid has a plan and gets proofs, once repairs had their time",
  "access ended": "who has not gets none, by the same time; nor three hours after the end while calls fail",
  "rows converged": "GET /subscription says what Stripe says, once repairs had their time",
} as const;

export interface Violation {
  readonly promise: keyof typeof promises;
  readonly customer: string;
  /** In one sentence. */
  readonly says: string;
}
