import type { Segment, Subsegment } from "./segment.ts";

/** One segment, and below it what it caused. */
export interface TraceNode {
  readonly name: string;
  readonly traceId: string;
  readonly startedAt: number;
  readonly durationMs: number;
  /** `AWS::Lambda::Function` and the like; absent of our own work and of calls. */
  readonly origin?: string;
  /** Of an AWS call, such as `GetItem`, and of which table or queue; of any other, method and URL. */
  readonly operation?: string;
  readonly resource?: string;
  readonly status?: number;
  /** The worst that is said of it. */
  readonly outcome?: "fault" | "throttle" | "error";
  readonly exception?: string;
  readonly annotations?: Readonly<Record<string, string | number | boolean>>;
  readonly children: readonly TraceNode[];
}

interface Held extends Subsegment {
  readonly traceId: string;
  readonly origin?: string | undefined;
}

/**
 * The trees of segments: what has no parent among them, and is not the work for a message that one of them sent, is a
 * root. Work for a message stands below the call that sent it, within its function.
 */
export function traceTrees(segments: Iterable<Segment>): readonly TraceNode[] {
  const byId = new Map<string, Held>();
  const below = new Map<string, Held[]>();
  const parents = new Map<string, string>();
  const add = (one: Held, parent: string | undefined) => {
    byId.set(one.id, one);
    if (parent !== undefined) {
      parents.set(one.id, parent);
      below.set(parent, [...(below.get(parent) ?? []), one]);
    }
    for (const sub of one.subsegments ?? []) add({ ...sub, traceId: one.traceId }, one.id);
  };
  for (const segment of segments) add({ ...segment, traceId: segment.trace_id }, segment.parent_id);

  const isWorkForKnownCall = (one: Held) => byId.has(String(one.annotations?.sentBy));
  const sent = new Map<string, Held[]>();
  for (const work of byId.values()) {
    if (!isWorkForKnownCall(work)) continue;
    const call = String(work.annotations?.sentBy);
    sent.set(call, [...(sent.get(call) ?? []), work]);
  }

  const nodeOf = (one: Held, children: readonly Held[]): TraceNode => ({
    ...shown(one),
    children: [
      ...children.map((child) => nodeOf(child, childrenOf(child))),
      ...(sent.has(one.id) ? consumersOf(sent.get(one.id) ?? []) : []),
    ].sort((a, b) => a.startedAt - b.startedAt),
  });
  const childrenOf = ({ id }: Held) => (below.get(id) ?? []).filter((child) => !isWorkForKnownCall(child));
  /** The functions that worked for a message, each with only that work below it. */
  const consumersOf = (works: readonly Held[]): TraceNode[] => {
    const groups = Map.groupBy(works, ({ id }) => parents.get(id) ?? id);
    return [...groups].map(([parent, ofOne]) => {
      const consumer = byId.get(parent);
      return consumer && parent !== ofOne[0]?.id
        ? nodeOf(consumer, ofOne)
        : ({ ...nodeOf(ofOne[0] as Held, childrenOf(ofOne[0] as Held)) } as TraceNode);
    });
  };

  const isRoot = (one: Held) => {
    if (byId.has(parents.get(one.id) ?? "") || isWorkForKnownCall(one)) return false;
    const works = below.get(one.id) ?? [];
    return !(works.some(isWorkForKnownCall) && childrenOf(one).every(({ namespace }) => namespace));
  };
  return [...byId.values()].filter(isRoot).map((one) => nodeOf(one, childrenOf(one)));
}

function shown({
  name,
  traceId,
  origin,
  start_time,
  end_time,
  aws,
  http,
  cause,
  annotations,
  fault,
  throttle,
  error,
}: Held): Omit<TraceNode, "children"> {
  const { method = "", url = "" } = http?.request ?? {};
  const operation = aws?.operation ?? (http?.request ? `${method} ${url}` : undefined);
  const resource = aws?.table_name ?? aws?.queue_url;
  const outcome = fault ? "fault" : throttle ? "throttle" : error ? "error" : undefined;
  const exception = cause?.exceptions[0]?.type;
  const status = http?.response?.status;
  return {
    ...{ name, traceId, startedAt: start_time * 1_000, durationMs: milliseconds(end_time - start_time) },
    ...(origin !== undefined && { origin }),
    ...(operation !== undefined && { operation: String(operation) }),
    ...(resource !== undefined && {
      resource: String(resource).slice(String(resource).lastIndexOf("/") + 1),
    }),
    ...(status !== undefined && { status }),
    ...(outcome !== undefined && { outcome }),
    ...(exception !== undefined && { exception }),
    ...(annotations !== undefined && { annotations }),
  };
}

const milliseconds = (seconds: number): number => Math.round(seconds * 100_000) / 100;
