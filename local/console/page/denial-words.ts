/** In the words of the page, for each reason for which there is no access. */
export const denialWords: Readonly<Record<string, string>> = {
  grace_over: "a payment failed, and the grace is over",
  period_over: "the paid time is over, and nothing was heard of a renewal",
  unpaid_invoice: "it is active, but was never paid",
  incomplete: "the first payment was not made yet",
  paused: "it is paused",
  unpaid: "every try of a payment failed",
  price_unknown: "no plan has its price",
  status_unknown: "its status is one that the service does not know",
  canceled: "it was cancelled",
  incomplete_expired: "the first payment was not made in time",
  no_subscription: "there is no subscription",
};

/** `canceled: it was cancelled`; a reason that is not known stands alone. */
export const explainDenial = (reason: string): string => {
  const words = Object.hasOwn(denialWords, reason) ? denialWords[reason] : undefined;
  return words === undefined ? reason : `${reason}: ${words}`;
};
