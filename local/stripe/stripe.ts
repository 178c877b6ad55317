import { randomBytes } from "node:crypto";
import type { Clock } from "../clock.ts";
import { startCapabilityServer } from "../loopback/capability-server.ts";
import { listenOnLoopback } from "../loopback/loopback-server.ts";
import { Account } from "./account.ts";
import { createApi } from "./api/api-server.ts";
import { createRequestFaults } from "./api/request-faults.ts";
import { stripeControlRoutes } from "./control/stripe-control-routes.ts";
import { createPages, isPage } from "./pages/pages.ts";
import { routes } from "./routes.ts";

export interface StripeOptions {
  readonly clock: Pick<Clock, "now" | "setTimeout" | "hold">;
  /** The bearer token of this start, for the control API. */
  readonly token: string;
  readonly consoleOrigin?: () => string;
  readonly port?: number;
  /** What the API takes for a key. Made anew at each start unless it is given. */
  readonly secretKey?: string;
  /** Random text after a prefix, for ids and secrets. */
  readonly newId?: (prefix: string) => string;
  /** Told of a path that the fake does not have, and of a fault of its own. */
  readonly onTrouble?: (trouble: unknown) => void;
}

export interface StripeFake {
  /** `http://127.0.0.1:PORT`: where the SDK is pointed to, and where the pages are. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** `sk_test_fake_…`. */
  readonly secretKey: string;
  /** `http://127.0.0.1:PORT/<token>`: faults, declined payments, webhooks that go wrong. */
  readonly control: string;
  close(): Promise<void>;
}

const randomId = (prefix: string) =>
  `${prefix}${randomBytes(18).toString("base64url").replaceAll(/[-_]/g, "0")}`;

/**
 * A fake of Stripe for subscriptions, in memory, on loopback: the API of version 2026-10-28.endive, Checkout
 * and portal pages, webhooks, test clocks. Time is the clock's. It refuses live keys, and sends nothing to
 * another machine. What it models, and what not, is in docs/stripe-fake.md.
 */
export async function startStripe(options: StripeOptions): Promise<StripeFake> {
  const { clock, newId = randomId, onTrouble = (trouble: unknown) => console.error(trouble) } = options;
  const secretKey = options.secretKey ?? newId("sk_test_fake_");
  if (!secretKey.startsWith("sk_test_")) throw new Error("the key of the Stripe fake begins with sk_test_");
  const account = new Account(clock, newId);
  const faults = createRequestFaults();
  const api = createApi({ account, routes, secretKey, faults, onTrouble });
  const pages = createPages(account, onTrouble);

  const server = await listenOnLoopback({
    port: options.port ?? 0,
    onRequest: (message, response) =>
      isPage(message.url ?? "") ? pages(message, response) : api(message, response),
  });
  account.url = server.url;
  const control = await startCapabilityServer({
    token: options.token,
    routes: stripeControlRoutes(account, faults, secretKey),
    ...(options.consoleOrigin && { consoleOrigin: options.consoleOrigin }),
  });
  const { hostname, port } = new URL(server.url);
  return {
    url: server.url,
    host: hostname,
    port: Number(port),
    secretKey,
    control: control.url,
    close: async () => {
      account.agenda.stop();
      account.deliveries.stop();
      await Promise.all([server.close(), control.close()]);
    },
  };
}
