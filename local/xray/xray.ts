import type { Segment } from "./segment.ts";
import type { TraceNode } from "./trace-tree.ts";

/** What a service is about to do for a trace. */
export interface BegunSegment {
  /** The header to hand on: its `Parent` is this segment. */
  readonly header: string;
  /** Keeps the segment, if it is sampled. */
  end(ended?: { readonly fault?: boolean; readonly error?: boolean; readonly status?: number }): void;
}

export interface SegmentStart {
  readonly name: string;
  /** Such as `AWS::Lambda::Function`. */
  readonly origin: string;
  /** False: takes part in a trace only where its caller says that it is sampled. */
  readonly begins: boolean;
  /** The caller's header, if it sent one. */
  readonly header?: string | undefined;
}

/** X-Ray: a daemon that takes segments, and the traces they make. */
export interface XRay {
  /** What `AWS_XRAY_DAEMON_ADDRESS` names: `127.0.0.1:PORT`, by UDP. */
  readonly daemonAddress: string;
  begin(start: SegmentStart): BegunSegment;
  /** Segments as they came, of one trace. */
  segments(traceId: string): readonly Segment[];
  /**
   * The newest traces, newest first, each as a tree from where it began, with what its messages caused in other traces
   * below the call that sent them.
   */
  traces(limit: number): readonly Trace[];
  stop(): Promise<void>;
}

/** Where nobody takes traces: none is begun. */
export const untraced: Pick<XRay, "begin"> & { readonly daemonAddress: string } = {
  daemonAddress: "",
  begin: ({ header = "" }) => ({ header, end: () => {} }),
};

export interface Trace {
  readonly traceId: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly nodes: readonly TraceNode[];
}
