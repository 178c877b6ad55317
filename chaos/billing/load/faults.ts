// One call in twenty fails. A fault never hides a missing grant: IAM decides first.

const error = (name: string, status: number) => ({ error: { name, status } });
const internal = error("InternalServerError", 500);
const unavailable = error("ServiceUnavailable", 503);

export interface Faults {
  readonly aws: readonly object[];
  /** What requests to Stripe meet, and what its webhooks do. */
  readonly requests: readonly { readonly times: number; readonly [field: string]: unknown }[];
  readonly deliveries: readonly { readonly times: number; readonly [field: string]: unknown }[];
}

export const calmFaults: Faults = { aws: [], requests: [], deliveries: [] };

const always = 10_000;

/** One webhook in ten is lost, half of those silently; others come twice, late and in another order. */
const deliveries = [
  { kind: "lose", probability: 0.05, times: always },
  { kind: "lose", silently: true, probability: 0.05, times: always },
  { kind: "duplicate", probability: 0.1, times: always },
  { kind: "delay", milliseconds: 4_000, probability: 0.1, times: always },
  { kind: "reorder", window: 3, probability: 0.1, times: always },
] as const;

/** Failures of calls that certainly had no effect. Receiving is left out: a poller only asks again, thousands of times. */
export const definiteFaults: Faults = {
  aws: [
    { service: "dynamodb", probability: 0.04, ...error("ThrottlingException", 400) },
    { service: "dynamodb", probability: 0.01, ...internal },
    { service: "sqs", operation: "SendMessage", probability: 0.04, ...unavailable },
    { service: "sqs", operation: "SendMessage", probability: 0.01, ...error("RequestThrottled", 403) },
    { service: "secretsmanager", probability: 0.05, ...error("InternalServiceError", 500) },
    { service: "lambda", probability: 0.04, ...error("TooManyRequestsException", 429) },
    { service: "lambda", probability: 0.01, ...error("ServiceException", 500) },
  ],
  requests: [
    { kind: "rate_limit", probability: 0.02, times: always },
    { kind: "lock_timeout", probability: 0.01, times: always },
    { kind: "error", probability: 0.01, times: always },
    { kind: "drop", probability: 0.01, times: always },
  ],
  deliveries,
};

/** The same share of calls, but of half of them nobody knows whether they had an effect. */
export const ambiguousFaults: Faults = {
  aws: [
    { service: "dynamodb", probability: 0.015, after: true, ...internal },
    { service: "dynamodb", probability: 0.01, after: true, drop: true },
    { service: "dynamodb", probability: 0.025, ...error("ThrottlingException", 400) },
    { service: "sqs", operation: "SendMessage", probability: 0.015, after: true, ...unavailable },
    { service: "sqs", operation: "SendMessage", probability: 0.01, after: true, drop: true },
    { service: "sqs", operation: "SendMessage", probability: 0.025, ...unavailable },
    { service: "secretsmanager", probability: 0.05, ...error("InternalServiceError", 500) },
    { service: "lambda", probability: 0.015, after: true, ...error("ServiceException", 500) },
    { service: "lambda", probability: 0.035, ...error("TooManyRequestsException", 429) },
  ],
  requests: [
    { kind: "error", executed: true, probability: 0.015, times: always },
    { kind: "drop", executed: true, probability: 0.015, times: always },
    { kind: "rate_limit", probability: 0.01, times: always },
    { kind: "drop", probability: 0.01, times: always },
  ],
  deliveries,
};

/** How often each kind has happened, from what is left of the lists. */
export function usedUp(
  put: readonly { readonly times: number; readonly [field: string]: unknown }[],
  left: readonly { readonly kind: string; readonly times: number }[],
): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const [sign, list] of [
    [1, put],
    [-1, left],
  ] as const)
    for (const { kind, times } of list) counts[String(kind)] = (counts[String(kind)] ?? 0) + sign * times;
  return counts;
}
