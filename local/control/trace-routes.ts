import * as v from "valibot";
import { json, type Route } from "../loopback/capability-server.ts";
import type { XRay } from "../xray/xray.ts";
import { withQuery } from "./with-parsed.ts";

const traceQuery = v.strictObject({
  limit: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,4}$/, "expected a whole number"),
      v.transform(Number),
      v.minValue(1),
      v.maxValue(500),
    ),
    "50",
  ),
});

/** `GET /traces?limit=` (1 to 500, default 50): the newest traces, newest first, each as a tree. */
export const traceRoutes = (xray: Pick<XRay, "traces">): readonly Route[] => [
  {
    method: "GET",
    path: "/traces",
    answer: ({ query }) => withQuery(traceQuery, query, ({ limit }) => json({ traces: xray.traces(limit) })),
  },
];
