import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { type DynamoDBClient, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { exportTable } from "../../../operate/table/export-table.ts";
import { importTable } from "../../../operate/table/import-table.ts";
import { peersTable } from "../../local/dynamodb/peers-table.ts";
import { tablesForEachTest } from "../../local/dynamodb/running-tables.ts";

const db = tablesForEachTest();
let folder: string;
let file: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "synapse-d-table-"));
  file = join(folder, "peers.jsonl");
  await db.tables.putTable({ ...peersTable, name: "moved", arn: `${peersTable.arn}-moved` });
});
afterEach(() => rmSync(folder, { recursive: true }));

const row = (client: string, more: object = {}) => ({
  channel: { S: "lobby" },
  clientId: { S: client },
  ...more,
});
const put = (TableName: string, Item: ReturnType<typeof row>) =>
  db.client.send(new PutItemCommand({ TableName, Item }));
const rowsOf = async (TableName: string) => (await db.client.send(new ScanCommand({ TableName }))).Items;
const taken = (more: object = {}) =>
  exportTable(db.client, { tableName: "peers", file, dryRun: false, ...more });
const given = (more: object = {}) =>
  importTable(db.client, {
    ...{ tableName: "moved", file, dryRun: false, replaceOlder: false, fromLine: 1, ...more },
  });
const clients = ["ada", "bob", "cleo", "dan", "eve"];

describe("an export", () => {
  beforeEach(async () => {
    for (const client of clients) await put("peers", row(client, { version: { N: "1" } }));
  });

  test("has a line for each row, readable by its owner only, and nothing is left beside it", async () => {
    expect(await taken({ pageSize: 2 })).toEqual({ rows: 5, resumed: 0 });
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    expect(lines.toSorted()[0]).toBe(
      '{"Item":{"channel":{"S":"lobby"},"clientId":{"S":"ada"},"version":{"N":"1"}}}',
    );
    expect(lines).toHaveLength(5);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["peers.jsonl"]);
  });

  test("is compressed where the name ends with .gz, and comes back", async () => {
    file = join(folder, "peers.jsonl.gz");
    await taken({ pageSize: 2 });
    expect(gunzipSync(readFileSync(file)).toString().trimEnd().split("\n")).toHaveLength(5);
    expect(await given()).toEqual({ written: 5, kept: 0 });
    expect(await rowsOf("moved")).toEqual(await rowsOf("peers"));
  });

  test.each([["peers.jsonl"], ["peers.jsonl.gz"]])(
    "to %s that was cut off goes on, whatever had been written after the last note",
    async (name) => {
      file = join(folder, name);
      let pages = 0;
      const failing = {
        send: (command: ScanCommand) => {
          pages += 1;
          if (pages === 3) throw new Error("the network is gone");
          return db.client.send(command);
        },
      } as unknown as DynamoDBClient;
      const cut = exportTable(failing, { tableName: "peers", file, dryRun: false, pageSize: 2 });
      await expect(cut).rejects.toThrow("the network is gone");
      writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.from(`{"Item":${"x".repeat(5_000)}`)]));
      expect(await taken({ pageSize: 2 })).toEqual({ rows: 5, resumed: 4 });
      expect(await given()).toEqual({ written: 5, kept: 0 });
      expect(await rowsOf("moved")).toEqual(await rowsOf("peers"));
      expect(readdirSync(folder)).toEqual([name]);
    },
  );

  test("never writes over a file, nor goes on with another table's", async () => {
    writeFileSync(file, "mine");
    await expect(taken()).rejects.toThrow(`${file} is there already; expected the path of a new file`);
    expect(readFileSync(file, "utf8")).toBe("mine");
    const after = '{"Item":{"channel":{"S":"a"}}}';
    const note = { tableName: "pairs", rows: 1, bytes: 4, after };
    writeFileSync(`${file}.progress`, JSON.stringify(note));
    await expect(taken()).rejects.toThrow(`${file} was begun with the table pairs, not peers`);
    writeFileSync(`${file}.progress`, "{}");
    await expect(taken()).rejects.toThrow(
      `${file}.progress cannot be used; remove it and ${file} to begin anew`,
    );
  });

  test("that is tried counts the rows and writes nothing", async () => {
    expect(await taken({ dryRun: true, pageSize: 2 })).toEqual({ rows: 5, resumed: 0 });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("an import", () => {
  const lines = (...rows: object[]) =>
    writeFileSync(file, rows.map((Item) => `${JSON.stringify({ Item })}\n`).join(""));
  const version = (number: number) => ({ version: { N: String(number) } });

  test("leaves what is there, and does no harm a second time", async () => {
    await put("moved", row("ada", version(1)));
    lines(row("ada", version(9)), row("bob", version(9)));
    expect(await given({ dryRun: true })).toEqual({ written: 1, kept: 1 });
    expect(await rowsOf("moved")).toEqual([row("ada", version(1))]);
    expect(await given()).toEqual({ written: 1, kept: 1 });
    expect(await given()).toEqual({ written: 0, kept: 2 });
    expect(await rowsOf("moved")).toEqual([row("ada", version(1)), row("bob", version(9))]);
  });

  test("replaces what is older where it is told to, and never what is as new, newer, or has no version", async () => {
    const there = [row("ada", version(9)), row("bob", version(10)), row("cleo", version(11)), row("dan")];
    for (const each of there) await put("moved", each);
    lines(...clients.slice(0, 4).map((client) => row(client, { ...version(10), role: { S: "new" } })));
    expect(await given({ replaceOlder: true, dryRun: true })).toEqual({ written: 1, kept: 3 });
    expect(await given({ replaceOlder: true })).toEqual({ written: 1, kept: 3 });
    expect(await rowsOf("moved")).toEqual([
      row("ada", { ...version(10), role: { S: "new" } }),
      ...there.slice(1),
    ]);
  });

  test("stops at a line that is no row of the table, and names it; what is before is there", async () => {
    lines(row("ada"), { channel: { S: "lobby" } }, row("bob"));
    await expect(given()).rejects.toThrow(
      `line 2 of ${file} is no row of the table: it has no "clientId", which is a key of moved`,
    );
    expect(await rowsOf("moved")).toEqual([row("ada")]);
    expect(await given({ fromLine: 3 })).toEqual({ written: 1, kept: 0 });
    writeFileSync(file, "\nada,bob\n");
    await expect(given()).rejects.toThrow(
      `line 2 of ${file} is no row of the table: expected {"Item":{…}} with values such as {"S":"text"}`,
    );
  });

  test("that is cut off says from which line to go on", async () => {
    lines(...Array.from({ length: 60 }, (_, index) => row(`client-${String(index).padStart(2, "0")}`)));
    let puts = 0;
    const failing = {
      send: (command: object) => {
        if (command instanceof PutItemCommand) puts += 1;
        if (puts === 30) throw Object.assign(new Error("too fast"), { name: "ThrottlingException" });
        return db.client.send(command as ScanCommand);
      },
    } as unknown as DynamoDBClient;
    const cut = importTable(failing, {
      ...{ tableName: "moved", file, dryRun: false, replaceOlder: false, fromLine: 1 },
    });
    await expect(cut).rejects.toThrow("ThrottlingException: too fast. Go on with --from-line 26");
    const { written, kept } = await given({ fromLine: 26 });
    expect(written + kept).toBe(35);
    expect(await rowsOf("moved")).toHaveLength(60);
  });

  test("says what is wrong with a file that is not there, or is not compressed", async () => {
    await expect(given()).rejects.toThrow(`${file} is not there`);
    file = join(folder, "peers.gz");
    writeFileSync(file, "plain");
    await expect(given()).rejects.toThrow(`${file} cannot be read: incorrect header check`);
    writeFileSync(file, gzipSync("{}").subarray(0, 12));
    await expect(given()).rejects.toThrow(`${file} cannot be read: unexpected end of file`);
  });
});
