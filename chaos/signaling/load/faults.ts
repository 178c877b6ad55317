// One call in twenty of every service fails. A fault never hides a missing grant: IAM decides first.

const error = (name: string, status: number) => ({ error: { name, status } });
const unavailable = error("ServiceUnavailable", 503);
const internal = error("InternalServerError", 500);

/**
 * Failures of calls that certainly had no effect, and calls that are slow. A batch of a queue that Lambda fails to
 * invoke is hidden for a minute, which is an effect. After a 500 of API Gateway nobody may know whether there was one: a
 * page that did not announce itself gets no second post of an offer.
 */
export const definiteFaults: readonly object[] = [
  { service: "dynamodb", probability: 0.03, ...error("ThrottlingException", 400) },
  { service: "dynamodb", probability: 0.01, ...internal },
  { service: "dynamodb", probability: 0.01, latencyMs: 60 },
  { service: "sqs", probability: 0.03, ...unavailable },
  { service: "sqs", probability: 0.01, ...error("RequestThrottled", 403) },
  { service: "sqs", probability: 0.01, latencyMs: 60 },
  { service: "execute-api", probability: 0.04, ...error("LimitExceededException", 429) },
  { service: "execute-api", probability: 0.01, latencyMs: 60 },
  { service: "lambda", probability: 0.03, ...error("TooManyRequestsException", 429) },
  ...["SignalingAuthorizer", "PeerConnectionHandler", "RelayServer"].map((match) => ({
    service: "lambda",
    match,
    probability: 0.01,
    ...error("ServiceException", 500),
  })),
  { service: "lambda", probability: 0.01, latencyMs: 60 },
];

/** The same share of calls, but of some nobody knows whether they had an effect. */
export const ambiguousFaults: readonly object[] = [
  { service: "dynamodb", probability: 0.01, after: true, ...internal },
  { service: "dynamodb", probability: 0.005, drop: true },
  { service: "sqs", probability: 0.01, after: true, ...unavailable },
  { service: "sqs", probability: 0.005, drop: true },
  { service: "execute-api", probability: 0.005, after: true, ...error("InternalServerErrorException", 500) },
  { service: "execute-api", probability: 0.005, ...error("InternalServerErrorException", 500) },
  { service: "execute-api", probability: 0.005, after: true, drop: true },
  { service: "execute-api", probability: 0.005, drop: true },
  { service: "lambda", probability: 0.01, after: true, ...error("ServiceException", 500) },
  { service: "dynamodb", probability: 0.02, ...error("ThrottlingException", 400) },
  { service: "dynamodb", probability: 0.015, latencyMs: 60 },
  { service: "sqs", probability: 0.02, ...error("RequestThrottled", 403) },
  { service: "sqs", probability: 0.015, latencyMs: 60 },
  { service: "execute-api", probability: 0.02, ...error("LimitExceededException", 429) },
  { service: "execute-api", probability: 0.01, latencyMs: 60 },
  { service: "lambda", probability: 0.03, ...error("TooManyRequestsException", 429) },
  { service: "lambda", probability: 0.01, latencyMs: 60 },
];
