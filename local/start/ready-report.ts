/** Where the running local cloud can be reached. */
export interface Ready {
  readonly console: string;
  readonly signaling: string;
  readonly billing: string;
  readonly issuer: string;
  /** The fake of Stripe: its API and its pages. */
  readonly stripe: string;
  readonly stripeControl: string;
  readonly control: string;
  /** Of the TURN relay, with `--turn`. */
  readonly turn?: string;
  /** How many AWS resources the program declared. */
  readonly resources: number;
}

/** The one line that a program reads. */
export function readyLine(ready: Ready): string {
  const { console, signaling, billing, issuer, stripe, stripeControl, control, turn, resources } = ready;
  return JSON.stringify({
    ...{ ready: true, console, signaling, billing, issuer },
    ...{ stripe, stripeControl, control, ...(turn !== undefined && { turn }), resources },
  });
}

/** What a person reads. `milliseconds` is the time from the start of the process. */
export function readyTable(
  ready: Ready,
  milliseconds: number,
  dataFolder: string | undefined,
  notes: readonly string[] = [],
): string {
  const seconds = (milliseconds / 1_000).toFixed(1);
  const rows = [
    ["Console", ready.console, "open this: two peers, and a subscription"],
    ["Signaling", ready.signaling, "WebSocket API"],
    ["Billing", ready.billing, "REST API: POST /proofs, GET /plans, POST /subscriptions, GET /subscription"],
    ["Issuer", ready.issuer, "OIDC: POST /token with sub=anyone"],
    ["Stripe", ready.stripe, "a fake of Stripe: its API, Checkout and portal pages"],
    ["Fake", ready.stripeControl, "control of that fake: cards that fail, requests that hang"],
    ["Control", ready.control, "health, resources, iam, logs, clock"],
    ...(ready.turn === undefined
      ? []
      : [["Relay", ready.turn, "TURN: POST /proofs gives credentials"] as const]),
  ] as const;
  const width = Math.max(...rows.map(([, url]) => url.length));
  const table = rows.map(([name, url, what]) => `  ${name.padEnd(10)} ${url.padEnd(width)}  ${what}`);
  const kept = dataFolder === undefined ? "in memory" : `in ${dataFolder}`;
  return [
    `Synapse-D runs on this machine: ${ready.resources} resources of index.ts, ready in ${seconds} s.`,
    "",
    ...table,
    "",
    ...notes,
    `Tables and queues are kept ${kept}. The URLs carry the token of this start. Ctrl-C ends everything.`,
  ].join("\n");
}
