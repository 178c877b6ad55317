import * as v from "valibot";
import { AwsError } from "../aws-error.ts";
import { CallGate } from "./call-gate.ts";
import type { Tables } from "./tables.ts";

type Item = Readonly<Record<string, unknown>>;
type Access = ReturnType<Tables["accessOf"]>;
type Served = Awaited<ReturnType<Tables["handle"]>>;

const single = v.looseObject({ TableName: v.string() });
const transaction = v.strictObject({
  TransactItems: v.pipe(
    v.array(
      v.union([
        v.strictObject({
          Put: v.looseObject({ ...single.entries, Item: v.record(v.string(), v.unknown()) }),
        }),
        v.strictObject({
          Update: v.looseObject({ ...single.entries, Key: v.record(v.string(), v.unknown()) }),
        }),
      ]),
    ),
    v.minLength(1),
    v.maxLength(100),
  ),
  ClientRequestToken: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(36))),
});

interface Write {
  readonly operation: "PutItem" | "UpdateItem";
  readonly request: Item & { readonly TableName: string };
}

/** Milliseconds for which a token stands for its transaction. */
const tokenLife = 10 * 60 * 1_000;

/**
 * The tables, with TransactWriteItems of Put and Update in front of them: all of its writes or none, and nothing
 * between them. A transaction needs what each of its writes needs. One that comes again with its token within ten
 * minutes is done. Nothing runs beside it, so no two ever conflict.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
export function withTransactions(
  tables: Tables,
  now: () => number,
): {
  /** What each write of the call needs. */
  accessesOf(operation: string, request: unknown): readonly Access[];
  handle: Tables["handle"];
} {
  const gate = new CallGate();
  const done = new Map<string, { readonly request: string; readonly until: number }>();

  const run = async (request: unknown): Promise<Served> => {
    const { writes, token } = read(request);
    const text = JSON.stringify(request);
    const before = token === undefined ? undefined : done.get(token);
    if (before && before.until > now()) {
      if (before.request === text) return { status: 200, body: "{}" };
      throw new AwsError(
        "IdempotentParameterMismatchException",
        400,
        "The token was used with other parameters within ten minutes",
      );
    }
    const answer = await writeAll(tables, writes);
    if (answer.status === 200 && token !== undefined) {
      done.set(token, { request: text, until: now() + tokenLife });
    }
    return answer;
  };

  return {
    accessesOf: (operation, request) =>
      operation === "TransactWriteItems"
        ? read(request).writes.map((write) => tables.accessOf(write.operation, write.request))
        : [tables.accessOf(operation, request)],
    handle: async (operation, request) => {
      if (operation !== "TransactWriteItems") return gate.run(() => tables.handle(operation, request));
      const answer = Promise.withResolvers<Served>();
      await gate.alone(() => run(request).then(answer.resolve, answer.reject));
      return answer.promise;
    },
  };
}

function read(request: unknown): { readonly writes: readonly Write[]; readonly token: string | undefined } {
  const parsed = v.safeParse(transaction, request);
  if (!parsed.success) {
    const expected = "1 to 100 TransactItems, each a Put or an Update; the local cloud has no other";
    throw new AwsError("ValidationException", 400, `Expected ${expected}`);
  }
  const { TransactItems, ClientRequestToken } = parsed.output;
  const writes = TransactItems.map(
    (item): Write =>
      "Put" in item
        ? { operation: "PutItem", request: item.Put }
        : { operation: "UpdateItem", request: item.Update },
  );
  return { writes, token: ClientRequestToken };
}

async function writeAll(tables: Tables, writes: readonly Write[]): Promise<Served> {
  // Throws for what cannot be run, before anything is.
  for (const { operation, request } of writes) tables.accessOf(operation, request);
  const rows = await Promise.all(writes.map((write) => rowOf(tables, write)));
  if (new Set(rows.map(({ name }) => name)).size < rows.length) {
    const message = "Transaction request cannot include multiple operations on one item";
    throw new AwsError("ValidationException", 400, message);
  }
  const answers: Served[] = [];
  for (const { operation, request } of writes) {
    answers.push(await tables.handle(operation, request));
  }
  const [fault] = answers.filter(({ status, body }) => status !== 200 && !isRefusedCondition(body));
  if (answers.every(({ status }) => status === 200)) return { status: 200, body: "{}" };
  for (const [index, { undo }] of rows.entries()) {
    if (answers[index]?.status === 200) await undo();
  }
  if (fault) return fault;
  const reasons = answers.map(({ status }) =>
    status === 200
      ? { Code: "None" }
      : { Code: "ConditionalCheckFailed", Message: "The conditional request failed" },
  );
  throw new AwsError(
    "TransactionCanceledException",
    400,
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map(({ Code }) => Code).join(", ")}]`,
    { CancellationReasons: reasons },
  );
}

const isRefusedCondition = (body: string): boolean =>
  String(JSON.parse(body).__type).endsWith("#ConditionalCheckFailedException");

/** What a write names, and how what it does is taken back. */
async function rowOf(
  tables: Tables,
  { request: { TableName, Key, Item } }: Write,
): Promise<{ readonly name: string; readonly undo: () => Promise<void> }> {
  const configuration = await tables.description(TableName);
  const schema = (configuration?.createTable.KeySchema ?? []) as { AttributeName: string }[];
  const named = (Key ?? Item) as Item;
  const key = Object.fromEntries(schema.map(({ AttributeName }) => [AttributeName, named[AttributeName]]));
  const read = await tables.handle("GetItem", { TableName, Key: key, ConsistentRead: true });
  const before = read.status === 200 ? JSON.parse(read.body).Item : undefined;
  return {
    name: JSON.stringify([TableName, key]),
    undo: async () => {
      await (before
        ? tables.handle("PutItem", { TableName, Item: before })
        : tables.handle("DeleteItem", { TableName, Key: key }));
    },
  };
}
