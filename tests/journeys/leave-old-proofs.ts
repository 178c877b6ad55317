import { join } from "node:path";
import { AdvanceableClock } from "../../local/clock.ts";
import { createTables } from "../../local/dynamodb/create-tables.ts";

/**
 * Puts 100 proofs into the data folder of a program that has stopped. They expired in 2001, and Time to Live leaves alone
 * what is more than five years old, so only the sweeper removes them.
 */
export async function leaveOldProofs(folder: string): Promise<void> {
  const tables = await createTables({ clock: new AdvanceableClock(Date.now), path: join(folder, "tables") });
  const call = async (operation: string, request: object) => {
    const { status, body } = await tables.handle(operation, request);
    if (status !== 200) throw new Error(`${operation}: ${body}`);
    return JSON.parse(body);
  };
  const { TableNames } = (await call("ListTables", {})) as { TableNames: string[] };
  const TableName = TableNames.find((name) => name.includes("proofs"));
  for (let number = 0; number < 100; number += 1) {
    await call("PutItem", {
      TableName,
      Item: { proofHash: { S: `old-${number}` }, expiresAt: { N: "1000000000" } },
    });
  }
  await tables.stop();
}
