import { control } from "./control.ts";
import type { Ready } from "./running-program.ts";

/** One segment of `GET /traces`, with what it caused. */
export interface TraceNode {
  readonly name: string;
  readonly traceId: string;
  readonly origin?: string;
  readonly operation?: string;
  readonly resource?: string;
  readonly outcome?: string;
  readonly exception?: string;
  readonly durationMs: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly children: readonly TraceNode[];
}

/** The newest traces, by where each began. */
export async function traces(ready: Ready): Promise<readonly TraceNode[]> {
  const answer = (await control(ready, "GET", "/traces?limit=500")) as {
    traces: { nodes: readonly TraceNode[] }[];
  };
  return answer.traces.flatMap(({ nodes }) => nodes);
}

/** The node and all below it. */
export const allOf = (node: TraceNode): readonly TraceNode[] => [node, ...node.children.flatMap(allOf)];

/** A tree as lines: `WebhookHandler`, `. webhook queued`, `. . SQS SendMessage billing-events.fifo`. */
export const linesOf = (node: TraceNode, depth = 0): readonly string[] => [
  [
    ...Array.from({ length: depth }, () => "."),
    node.name,
    ...[node.operation, node.resource, node.annotations?.outcome, node.outcome].filter((one) => one),
  ].join(" "),
  ...node.children.flatMap((child) => linesOf(child, depth + 1)),
];
