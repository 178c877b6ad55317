export const options = {
  // This team has a contract that asks for keys of its own.
  switchedOn: ["data-has-a-customer-key"],
  settings: { maximumLogRetentionDays: 30 },
  exemptions: [
    {
      rule: "secret-rotates",
      of: { resource: "payment-webhook" },
      reason: "The payment provider makes this secret; it is changed by hand at its dashboard.",
      owner: "orders",
      expires: "2027-03-31",
    },
  ],
};
