import type { Calls, CountedStep } from "../../tests/journeys/counted-call.ts";

/** What a call's set-up uses that AWS charges for. */
export interface CallUsage {
  /** WebSocket messages, in and out. */
  readonly messages: number;
  readonly connectionMinutes: number;
  readonly invocations: number;
  readonly gigabyteSeconds: number;
  readonly readRequestUnits: number;
  readonly writeRequestUnits: number;
  /** Of log lines and access log lines. */
  readonly logGigabytes: number;
  /** Calls for which no price is known here. */
  readonly unpriced: readonly Calls[];
}

/** What cannot be counted on this machine. */
export interface Assumptions {
  /** Minutes that each of the two sockets is open. */
  readonly minutes: number;
  /** Milliseconds for which Lambda charges, for each AWS call of a function. */
  readonly millisecondsPerCall: number;
  readonly logBytes: number;
}

/** Memory of a function that takes part in a call, as the program declares it. */
export const gigabytesOf = (functionName: string): number => (functionName === "RelayServer" ? 0.5 : 0.25);

/** Sums up counted steps. */
export function callUsage(
  steps: readonly CountedStep[],
  { minutes, millisecondsPerCall, logBytes }: Assumptions,
): CallUsage {
  const calls = steps.flatMap((step) => step.calls);
  const units = calls.map((one) => ({ one, units: requestUnits(one) }));
  return {
    messages: sum(steps.map(({ frames }) => frames)),
    connectionMinutes: 2 * minutes,
    invocations: sum(steps.flatMap(({ invocations }) => Object.values(invocations))),
    gigabyteSeconds: sum(
      calls.map((one) => (one.calls * millisecondsPerCall * gigabytesOf(one.function)) / 1000),
    ),
    readRequestUnits: sum(units.map(({ one, units }) => one.calls * (units?.reads ?? 0))),
    writeRequestUnits: sum(units.map(({ one, units }) => one.calls * (units?.writes ?? 0))),
    logGigabytes: logBytes / 1e9,
    unpriced: units.filter(({ units }) => units === undefined).map(({ one }) => one),
  };
}

/**
 * Of one call, with rows of up to 1 KB. A peer has an entry in the table and one in its index; a read is of one
 * row, or of a few that are together no larger than 4 KB.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html
 */
function requestUnits({
  operation,
  resource,
}: Calls): { readonly reads?: number; readonly writes?: number } | undefined {
  switch (operation) {
    case "dynamodb:GetItem":
    case "dynamodb:Query":
      return { reads: 1 };
    case "dynamodb:PutItem":
    case "dynamodb:UpdateItem":
    case "dynamodb:DeleteItem":
      return { writes: resource === "peers" ? 2 : 1 };
    case "execute-api:ManageConnections":
      // Charged as the message that it sends.
      return {};
    default:
      return undefined;
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
