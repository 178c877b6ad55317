import { StringDecoder } from "node:string_decoder";
import { format } from "node:util";

export interface CapturedOutput {
  /** Sends what was written without a newline at its end. */
  flush(): void;
}

const levels = {
  log: "INFO",
  info: "INFO",
  warn: "WARN",
  error: "ERROR",
  debug: "DEBUG",
  trace: "TRACE",
} as const;

/**
 * Sends this thread's output as log events. Each console call is one event, prefixed with time, request
 * id and level as Lambda's Node runtime writes them; text written to stdout or stderr is one event a line
 * (https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html). Sent at once, so that the last words
 * of an instance that hangs or dies are not lost.
 */
export function captureOutput(
  send: (lines: string[]) => void,
  logLine: (level: string, text: string) => string,
): CapturedOutput {
  const streams = [process.stdout, process.stderr].map((stream) => {
    const decoder = new StringDecoder("utf8");
    let partial = "";
    const write = (text: string) => {
      const lines = (partial + text).split("\n");
      partial = lines.pop() ?? "";
      const written = lines.filter((line) => line !== "");
      if (written.length > 0) send(written);
    };
    stream.write = (
      chunk: string | Uint8Array,
      encodingOrDone?: BufferEncoding | ((error?: Error | null) => void),
      done?: (error?: Error | null) => void,
    ): boolean => {
      write(typeof chunk === "string" ? chunk : decoder.write(chunk));
      const written = typeof encodingOrDone === "function" ? encodingOrDone : done;
      if (written) queueMicrotask(() => written());
      return true;
    };
    return () => {
      if (partial !== "") write("\n");
    };
  });
  for (const [method, level] of Object.entries(levels)) {
    console[method as keyof typeof levels] = (...values: unknown[]): void => {
      send([logLine(level, format(...values))]);
    };
  }
  return {
    flush: () => {
      for (const flush of streams) flush();
    },
  };
}
