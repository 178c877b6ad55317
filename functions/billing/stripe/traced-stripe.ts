import { Stripe } from "stripe";
import { traceCall } from "../../shared/tracing/work-trace.ts";

type HttpClient = ReturnType<typeof Stripe.createNodeHttpClient>;

/** The words of Stripe's paths. Whatever else stands in one is an id, and says of whom. */
const words = new Set(
  `v1 billing_portal charges checkout customers cancel disputes early_fraud_warnings events expire invoice_payments
  invoices prices radar refunds resume sessions subscriptions tax_ids void`.split(/\s+/),
);

/** The SDK's own HTTP client, whose requests are segments of the trace. */
export function tracedStripe(client: HttpClient = Stripe.createNodeHttpClient()): HttpClient {
  const makeRequest = client.makeRequest.bind(client);
  client.makeRequest = (...request) => {
    const [host, , path, method, , , protocol] = request;
    return traceCall(
      () => ({
        name: host,
        namespace: "remote",
        detail: (response) => {
          const status = response?.getStatusCode();
          const http = { request: { method, url: `${protocol}://${host}${shown(path)}` } };
          return status === undefined
            ? { http }
            : { http: { ...http, response: { status } }, ...flags(status) };
        },
      }),
      () => makeRequest(...request),
    );
  };
  return client;
}

function shown(path: string): string {
  const [place = ""] = path.split("?");
  return place
    .split("/")
    .map((part) => (part === "" || words.has(part) ? part : ":id"))
    .join("/");
}

/** https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-errors */
function flags(status: number): object {
  if (status >= 500) return { fault: true };
  if (status === 429) return { error: true, throttle: true };
  return status >= 400 ? { error: true } : {};
}
