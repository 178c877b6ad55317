import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import {
  type Answer,
  json,
  problem,
  type Route,
  startCapabilityServer,
} from "../loopback/capability-server.ts";
import { bundlePage } from "./bundle-page.ts";
import { contentSecurityPolicy } from "./content-security-policy.ts";

export interface ConsoleOptions {
  /** The bearer token of this start. */
  readonly token: string;
  /** Where the page is served; 0 lets the system choose. Rejects with the system's error when it is taken. */
  readonly port?: number;
  /** `ws://…`, read when the page is asked for, as are the others. Empty while it is not known yet. */
  readonly signalingUrl: () => string;
  readonly billingUrl: () => string;
  readonly issuer: () => string;
  readonly control: () => string;
  /** Of the Stripe fake. */
  readonly stripeControl: () => string;
}

export interface Console {
  /** `http://127.0.0.1:PORT/<token>`: what a person opens. */
  readonly url: string;
  /** `http://127.0.0.1:PORT`: the Origin of what the page sends. */
  readonly origin: string;
  close(): Promise<void>;
}

const pageFile = (name: string) => readFile(new URL(`page/${name}`, import.meta.url));

const styles = ["theme.css", "page.css", "peer-panel.css", "frame-list.css", "subscription-room.css"];

/** The client's own browser build, served as npm delivered it. */
const clientPath = createRequire(import.meta.url).resolve(
  "amazon-kinesis-video-streams-webrtc/dist/kvs-webrtc.min.js",
);

/**
 * Serves the console page: two peers that call each other through the running local cloud, and a subscription
 * that is bought, changes and ends. Everything the page loads comes from here, and it may connect to the five
 * services alone.
 */
export async function startConsole(options: ConsoleOptions): Promise<Console> {
  const services = () => ({
    signaling: options.signalingUrl(),
    billing: options.billingUrl(),
    issuer: options.issuer(),
    control: options.control(),
    stripeControl: options.stripeControl(),
  });

  const page = async (): Promise<Answer> => {
    if (Object.values(services()).includes("")) {
      return problem(503, "not_ready", "The local cloud is starting. Load the page again in a moment.");
    }
    const policy = contentSecurityPolicy(Object.values(services()));
    return served(await pageFile("index.html"), "text/html", { "content-security-policy": policy });
  };
  const server = await startCapabilityServer({
    token: options.token,
    ...(options.port !== undefined && { port: options.port }),
    routes: [
      // Relative URLs of the page resolve below the token only behind a slash.
      { method: "GET", path: "", answer: ({ query }) => redirect(`/${options.token}/`, query) },
      { method: "GET", path: "/", answer: page },
      ...styles.map(
        (name): Route => ({
          method: "GET",
          path: `/${name}`,
          answer: async () => served(await pageFile(name), "text/css"),
        }),
      ),
      { method: "GET", path: "/page.js", answer: async () => served(await bundlePage(), "text/javascript") },
      {
        method: "GET",
        path: "/kvs-webrtc.min.js",
        answer: async () => served(await readFile(clientPath), "text/javascript"),
      },
      { method: "GET", path: "/configuration.json", answer: () => json(services()) },
    ],
  });
  return server;
}

const served = (body: Uint8Array, type: string, headers: Record<string, string> = {}): Answer => ({
  status: 200,
  headers: { "content-type": `${type}; charset=utf-8`, ...headers },
  body,
});

const redirect = (path: string, query: URLSearchParams): Answer => ({
  status: 308,
  headers: { location: query.size > 0 ? `${path}?${query}` : path },
  body: "",
});
