import { randomBytes as systemRandomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import * as v from "valibot";
import { type RandomBytes, traceId } from "../api-gateway/identifiers.ts";
import type { Clock } from "../clock.ts";
import { sampler } from "./sampler.ts";
import { type Segment, segmentDocument } from "./segment.ts";
import { parseTraceHeader } from "./trace-header.ts";
import { traceTrees } from "./trace-tree.ts";
import type { BegunSegment, SegmentStart, Trace, XRay } from "./xray.ts";

export interface XRayOptions {
  readonly clock: Pick<Clock, "now">;
  readonly randomBytes?: RandomBytes;
  /** Traces kept; the oldest goes first. Default 500. */
  readonly mostTraces?: number;
  /** Traces a second that are always sampled. Default 100: a person's, not a load test's. */
  readonly reservoir?: number;
  /** Hears of documents that are none. Default: standard error. */
  readonly report?: (line: string) => void;
}

const preamble = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ format: v.literal("json"), version: v.literal(1) }),
);
const document = v.pipe(v.string(), v.parseJson(), segmentDocument);
/** A trace of a sweep or a busy webhook; more is not kept. */
const mostSegments = 1_000;

/** X-Ray with its daemon on a loopback port that the system chooses. Rejects when there is no port. */
export async function createXRay(options: XRayOptions): Promise<XRay> {
  const { clock, randomBytes = systemRandomBytes, mostTraces = 500, reservoir = 100 } = options;
  const report = options.report ?? ((line: string) => void process.stderr.write(`${line}\n`));
  const traces = new Map<string, Segment[]>();
  const isSampled = sampler(reservoir, () => clock.now());

  const put = (segment: Segment) => {
    const known = traces.get(segment.trace_id) ?? [];
    if (known.length < mostSegments) known.push(segment);
    traces.set(segment.trace_id, known);
    if (traces.size <= mostTraces) return;
    const [oldest] = traces.keys();
    if (oldest !== undefined) traces.delete(oldest);
  };

  const daemon = createSocket("udp4");
  daemon.on("message", (datagram) => {
    const text = datagram.toString();
    const end = text.indexOf("\n");
    const parsed = v.safeParse(document, text.slice(end + 1));
    if (v.is(preamble, text.slice(0, end)) && parsed.success) return put(parsed.output);
    report(`X-Ray: a segment document is not one: ${parsed.issues?.[0].message ?? "no preamble"}`);
  });
  await new Promise<void>((resolve, reject) => {
    daemon.once("error", reject);
    daemon.bind(0, "127.0.0.1", () => {
      daemon.off("error", reject);
      resolve();
    });
  });
  daemon.on("error", (error) => report(`X-Ray: ${error.message}`));

  return {
    daemonAddress: `127.0.0.1:${daemon.address().port}`,
    begin: ({ name, origin, begins, header }: SegmentStart): BegunSegment => {
      const {
        Root = traceId(clock.now(), randomBytes).slice("Root=".length),
        Parent,
        Sampled,
      } = parseTraceHeader(header);
      const sampled = Sampled === "1" || (Sampled === undefined && begins && isSampled());
      const id = Buffer.from(randomBytes(8)).toString("hex");
      const began = performance.now();
      const startedAt = clock.now();
      return {
        header: `Root=${Root};Parent=${id};Sampled=${sampled ? 1 : 0}`,
        end: ({ fault, error, status } = {}) => {
          if (!sampled) return;
          put({
            ...{ id, name, origin, trace_id: Root, ...(Parent && { parent_id: Parent }) },
            start_time: startedAt / 1_000,
            end_time: (startedAt + performance.now() - began) / 1_000,
            ...(fault && { fault }),
            ...(error && { error }),
            ...(status !== undefined && { http: { response: { status } } }),
          });
        },
      };
    },
    segments: (id) => traces.get(id) ?? [],
    traces: (limit) => newestFirst(traces).slice(0, limit),
    stop: () => new Promise((resolve) => daemon.close(() => resolve())),
  };
}

function newestFirst(traces: ReadonlyMap<string, readonly Segment[]>): readonly Trace[] {
  const trees = traceTrees([...traces.values()].flat());
  return [...Map.groupBy(trees, (node) => node.traceId)]
    .map(([id, nodes]) => ({
      traceId: id,
      startedAt: Math.min(...nodes.map(({ startedAt }) => startedAt)),
      nodes: nodes.sort((a, b) => a.startedAt - b.startedAt),
    }))
    .sort((a, b) => b.startedAt - a.startedAt);
}
