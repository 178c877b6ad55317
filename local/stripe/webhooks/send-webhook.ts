import { request } from "../../loopback/node-http.ts";

export interface Webhook {
  readonly url: string;
  readonly body: string;
  readonly signature: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Milliseconds that an endpoint has for its answer. Stripe does not publish its own limit. */
const patience = 10_000;

/** Posts an event and returns the status of the answer, or 0 without one. Redirects are not followed. */
export function sendWebhook({ url, body, signature, headers = {} }: Webhook): Promise<number> {
  return new Promise((resolve) => {
    const sent = request(
      url,
      {
        method: "POST",
        agent: false,
        timeout: patience,
        headers: {
          "content-type": "application/json; charset=utf-8",
          "content-length": Buffer.byteLength(body),
          "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
          "stripe-signature": signature,
          ...headers,
        },
      },
      (response) => {
        response.resume();
        response.on("end", () => resolve(response.statusCode ?? 0));
        response.on("error", () => resolve(0));
      },
    );
    sent.on("timeout", () => sent.destroy());
    sent.on("error", () => resolve(0));
    sent.end(body);
  });
}
