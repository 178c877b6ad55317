/** A row as DynamoDB gives it: attribute → type and value. */
export type Row = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What a release wrote: rows of its tables, and messages of its queues, one of each shape. */
export interface Recording {
  /** Epoch milliseconds at which its times were true. */
  readonly recordedAt: number;
  /** One that was issued and not used: only its hash is in the rows. */
  readonly proof: string;
  /** By table. */
  readonly rows: Readonly<Record<string, readonly Row[]>>;
  /** Bodies by queue. */
  readonly messages: Readonly<Record<string, readonly string[]>>;
}

const epochTime = /(?<![\w.-])1[78]\d{8}(\d{3})?(?![\w.-])/g;

/** The same as if it had been written at `now`: every epoch second and millisecond in it is moved. */
export function asOf(recording: Recording, now: number): Recording {
  const seconds = Math.round((now - recording.recordedAt) / 1000);
  const moved = JSON.stringify(recording).replace(epochTime, (time) =>
    String(Number(time) + seconds * (time.length === 10 ? 1 : 1000)),
  );
  return JSON.parse(moved);
}

/** One row of each shape: of rows with the same attributes, of the same types and the same kind, the last. */
export function oneOfEachShape(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [shapeOf(row), row] as const)).values()];
}

function shapeOf(row: Row): string {
  const attributes = Object.entries(row).map(([name, value]) => `${name}:${Object.keys(value)}`);
  return [...attributes.sort(), kindOf(String(row.name?.S)), row.role?.S].join(" ");
}

/** An attempt's name says what the attempt is: `group#…`, `change`. Others are names of members. */
const kindOf = (name: string): string => /^(\w+#|change$|refresh$)/.exec(name)?.[1] ?? "";

/** Likewise of messages, by their members and the words that say what they are. */
export function oneMessageOfEachShape(bodies: readonly string[]): string[] {
  const shapes = bodies.map((body) => {
    const message = JSON.parse(body);
    const words = [message.kind, message.type, message.cause?.replace(/_\w+$/, "_"), message.role];
    return [JSON.stringify([Object.keys(message).sort(), words]), body] as const;
  });
  return [...new Map(shapes).values()];
}
