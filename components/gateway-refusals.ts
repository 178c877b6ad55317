export interface GatewayRefusal {
  readonly code: string;
  /** Empty: as API Gateway has it. */
  readonly status: string;
  readonly detail: string;
}

/**
 * API Gateway's own refusals → our error code and status. Every detail is fixed text: templates are filled
 * without escaping, and `$context.error.validationErrorString` has quotes in it.
 */
export const gatewayRefusals: Readonly<Record<string, GatewayRefusal>> = {
  BAD_REQUEST_BODY: {
    code: "body_invalid",
    status: "400",
    detail: "The body does not match what this path and method expect.",
  },
  BAD_REQUEST_PARAMETERS: {
    code: "parameters_invalid",
    status: "400",
    detail: "A required parameter is missing.",
  },
  MISSING_AUTHENTICATION_TOKEN: { code: "route_unknown", status: "404", detail: "No such path and method." },
  UNSUPPORTED_MEDIA_TYPE: {
    code: "media_type_unsupported",
    status: "415",
    detail: "Expected application/json.",
  },
  REQUEST_TOO_LARGE: {
    code: "body_too_large",
    status: "413",
    detail: "The body is over API Gateway's limit.",
  },
  THROTTLED: { code: "too_many_requests", status: "429", detail: "Slow down and try again." },
  INTEGRATION_TIMEOUT: { code: "timeout", status: "504", detail: "The service took too long." },
  DEFAULT_4XX: { code: "refused", status: "", detail: "The request was refused." },
  DEFAULT_5XX: { code: "internal", status: "", detail: "The service failed. Try again." },
};

/** Those after which the same request may succeed. */
export const retryableRefusals: ReadonlySet<string> = new Set([
  "THROTTLED",
  "INTEGRATION_TIMEOUT",
  "DEFAULT_5XX",
]);
