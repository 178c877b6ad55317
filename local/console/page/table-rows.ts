import * as v from "valibot";
import { type Asked, askService } from "./ask-service.ts";
import type { Services } from "./services.ts";

const items = v.object({ items: v.array(v.unknown()) });

/** The user's rows of a table keyed by `tenant#subject`, newest last; those that `schema` does not fit are left out. */
export async function rowsOf<Schema extends v.GenericSchema<unknown, { readonly user: string }>>(
  { control }: Services,
  table: string,
  schema: Schema,
  user: string,
): Promise<Asked<v.InferOutput<Schema>[]>> {
  const rows = await askService("The local cloud", items, `${control}/tables/${table}/items?limit=1000`, {});
  if (rows.kind === "refused") return rows;
  const parsed = rows.answer.items.flatMap((item) => {
    const row = v.safeParse(schema, item);
    return row.success ? [row.output] : [];
  });
  return { kind: "answered", answer: parsed.filter((row) => subjectOf(row.user) === user) };
}

/** A tenant's name has no `#`; a subject may. */
const subjectOf = (user: string): string => user.slice(user.indexOf("#") + 1);
