import { countingAwsCalls } from "./aws-calls.ts";
import { embeddedMetrics } from "./embedded-metrics.ts";
import { admitFields, describeError, type functionNames, type LogFields } from "./log-line.ts";
import { traceAnnotations } from "./tracing/trace-annotations.ts";
import { beginTrace, endTrace, inTrace, processTracing, type TracingPorts } from "./tracing/work-trace.ts";

/** The one line of a piece of work, filled while it runs. */
export interface Line {
  add(fields: Partial<LogFields>): void;
  /** Ends as `failed`, with what may be said about the error. */
  fail(error: unknown): void;
}

export interface Telemetry {
  /**
   * Runs the work and writes its line when it ends, also when it throws; the error then goes on.
   * The line is at the same time the CloudWatch metric object. Where the invocation is sampled, the work is a segment of
   * its trace too. `sentWith` is the trace header of the message that caused the work.
   */
  observe<T>(event: LogFields["event"], work: (line: Line) => Promise<T>, sentWith?: string): Promise<T>;
}

export interface TelemetryPorts {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Milliseconds of a clock that never jumps. */
  readonly elapsed: () => number;
  readonly write: (text: string) => void;
  /** Of which stack the function is. Absent where nobody knows. */
  readonly stack?: string | undefined;
  /** Absent where nothing is traced. */
  readonly tracing?: TracingPorts;
}

/** The stack in the name that `InlineFunction` gives a log group: `/<project>/<stack>/<function>`. */
export const stackOf = (logGroup: string | undefined): string | undefined =>
  /^\/[^/]+\/([^/]+)\/[^/]+$/.exec(logGroup ?? "")?.[1];

/** What a deployed function uses: one line on its standard output. */
export const processPorts: TelemetryPorts = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  write: (text) => void process.stdout.write(text),
  // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
  stack: stackOf(process.env.AWS_LAMBDA_LOG_GROUP_NAME),
  tracing: processTracing,
};

/** Lines of one function instance; the first line says that it was a cold start. */
export function telemetry(
  functionName: (typeof functionNames)[number],
  ports: TelemetryPorts = processPorts,
): Telemetry {
  let coldStart = true;
  const source = { function: functionName, ...(ports.stack && { stack: ports.stack }) };
  return {
    observe: async (event, work, sentWith) => {
      const started = ports.elapsed();
      const calls = { count: 0 };
      const trace = ports.tracing && beginTrace(ports.tracing, sentWith);
      const fields: Partial<LogFields> = {
        event,
        ...(trace && { traceId: trace.own.root }),
        ...(trace?.origin && { originTraceId: trace.origin.root }),
      };
      const line: Line = {
        add: (more) => void Object.assign(fields, more),
        fail: (error) => void Object.assign(fields, { outcome: "failed" }, describeError(error)),
      };
      const cold = coldStart;
      coldStart = false;
      try {
        return await countingAwsCalls(calls, () => inTrace(trace, () => work(line)));
      } catch (error) {
        line.fail(error);
        throw error;
      } finally {
        line.add({ durationMs: ports.elapsed() - started, awsCalls: calls.count, coldStart: cold });
        const written = wideLine(source, fields, ports.now());
        ports.write(`${JSON.stringify(written)}\n`);
        if (trace) await endTrace(trace, event, traceAnnotations(written), endOf(fields.outcome));
      }
    },
  };
}

function wideLine(
  source: { readonly function: string; readonly stack?: string },
  fields: Partial<LogFields>,
  now: number,
) {
  const { admitted, dropped } = admitFields(fields);
  const line = { ...source, ...admitted };
  return {
    time: new Date(now).toISOString(),
    level: levelOf(fields.outcome),
    ...line,
    ...(dropped.length > 0 && { dropped }),
    ...embeddedMetrics(line, now),
  };
}

const endOf = (outcome: LogFields["outcome"] | undefined) =>
  outcome === "failed" || outcome === "refused" ? outcome : "well";

function levelOf(outcome: LogFields["outcome"] | undefined): "INFO" | "WARN" | "ERROR" {
  if (outcome === "failed") return "ERROR";
  return outcome === "refused" ? "WARN" : "INFO";
}
