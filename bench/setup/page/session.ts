/** Milliseconds since both peers began to join. */
export interface SessionTimes {
  /** Both signaling sockets are open. */
  readonly sockets: number;
  /** The data channel is open at both ends. */
  readonly channel: number;
}

const patience = 20_000;

/** The value, unless it does not come within 20 s; then an error that says what was waited for. */
export function inTime<Value>(what: string, value: Promise<Value>): Promise<Value> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`not within ${patience / 1000} s: ${what}`)),
    patience,
  );
  return Promise.race([value, late.promise]).finally(() => clearTimeout(timer));
}

/** Settles with the first of its two listeners that is called. */
export function settled(
  listen: (resolve: () => void, reject: (fault: unknown) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => listen(resolve, reject));
}

/** Lets what is still on its way arrive, so that it finds its peer and is no work for the next session. */
export const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 300));
