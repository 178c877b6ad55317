import * as v from "valibot";
import type { AdvanceableClock } from "../clock.ts";
import type { Denial, GrantUse } from "../iam/iam.ts";
import type { LogLine, Logs } from "../logs/logs.ts";
import { type Answer, json, type Route, startCapabilityServer } from "../loopback/capability-server.ts";
import { withJson, withQuery } from "./with-parsed.ts";

/** Where the control API reads what it shows. */
export interface ControlOptions {
  /** The bearer token of this start. */
  readonly token: string;
  readonly consoleOrigin: () => string;
  readonly clock: Pick<AdvanceableClock, "now" | "advance">;
  /** What `GET /health` tells besides the time. */
  readonly status: () => Readonly<Record<string, unknown>>;
  /** The resources that the program registered. */
  readonly resources: () => readonly unknown[];
  readonly grants: () => readonly GrantUse[];
  readonly denials: () => readonly Denial[];
  readonly logLines: Logs["lines"];
  /** Instances alive now, by function name. */
  readonly instances: () => Readonly<Record<string, number>>;
  /** What else is served, such as `faultRoutes`. */
  readonly moreRoutes?: readonly Route[];
  readonly port?: number;
}

export interface Control {
  /** `http://127.0.0.1:PORT/<token>`. */
  readonly url: string;
  close(): Promise<void>;
}

const dayMs = 24 * 60 * 60 * 1_000;
const mostLines = 1_000;

const advanceRequest = v.strictObject({
  advanceMs: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(40 * dayMs)),
});

const wholeNumber = v.pipe(v.string(), v.regex(/^\d{1,16}$/, "expected a whole number"), v.transform(Number));
const logQuery = v.strictObject({
  group: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(512))),
  since: v.optional(wholeNumber),
  limit: v.optional(v.pipe(wholeNumber, v.minValue(1), v.maxValue(mostLines)), "200"),
});

/**
 * What the console and tests see of the running local cloud, as JSON below the capability URL:
 * `GET /health`, `/resources`, `/iam` (each grant with its use count, and refused calls), `/instances`,
 * `/logs?group=&since=&limit=` (`since` in epoch milliseconds, newest last, 1 to 1,000 lines, 200 by
 * default), and `POST /clock` `{ "advanceMs" }` (0 to 40 days). Refusals are problem details
 * with `code`: `query_invalid`, `body_invalid`, and those of the capability server.
 */
export async function startControl(options: ControlOptions): Promise<Control> {
  const { clock } = options;
  const server = await startCapabilityServer({
    token: options.token,
    consoleOrigin: options.consoleOrigin,
    ...(options.port !== undefined && { port: options.port }),
    routes: [
      { method: "GET", path: "/health", answer: () => json({ ...options.status(), now: clock.now() }) },
      { method: "GET", path: "/resources", answer: () => json({ resources: options.resources() }) },
      {
        method: "GET",
        path: "/iam",
        answer: () => json({ grants: options.grants(), denials: options.denials() }),
      },
      { method: "GET", path: "/instances", answer: () => json({ instances: options.instances() }) },
      { method: "GET", path: "/logs", answer: ({ query }) => readLogs(query, options.logLines) },
      { method: "POST", path: "/clock", answer: ({ body }) => advance(body, clock) },
      ...(options.moreRoutes ?? []),
    ],
  });
  return { url: server.url, close: server.close };
}

const readLogs = (query: URLSearchParams, logLines: Logs["lines"]): Answer | Promise<Answer> =>
  withQuery(logQuery, query, ({ group, since, limit }) => {
    const lines: readonly LogLine[] = logLines({
      ...(group !== undefined && { logGroup: group }),
      ...(since !== undefined && { since }),
      limit,
    });
    return json({ lines });
  });

const advance = (body: string, clock: ControlOptions["clock"]): Answer | Promise<Answer> =>
  withJson(advanceRequest, body, async ({ advanceMs }) => {
    await clock.advance(advanceMs);
    return json({ now: clock.now() });
  });
