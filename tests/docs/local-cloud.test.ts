import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { faultRule } from "../../local/faults/fault-rule.ts";
import { resourceHandlers } from "../../local/resources/resource-handlers.ts";
import type { Services } from "../../local/services.ts";
import { parseStartArguments } from "../../local/start/start-options.ts";
import { endPrograms, type Ready, startProgram } from "../journeys/running-program.ts";
import { allIn, columns, root, sourcesBelow, tableUnder, textOf } from "./document.ts";

afterAll(endPrograms);

const document = "docs/local-cloud.md";
const localText = sourcesBelow("local").map(textOf).join("\n");

test("the options of npm start are those of its help", () => {
  const parsed = parseStartArguments(["--help"]);
  const help = parsed.kind === "help" ? parsed.text : "";
  expect(columns(tableUnder(document, "Start"), 0).flat()).toEqual([
    ...help.matchAll(/^ {2}(--\w+(?: [A-Z]+)?)/gm).map(([, option]) => option),
  ]);
});

test("every service is listed by its folder", () => {
  const named = columns(tableUnder(document, "Services"), 0).flat();
  // What starts the cloud and builds its resources is no service.
  const notServices = ["engine", "loopback", "program", "provider", "resources", "start"];
  const folders = readdirSync(join(root, "local"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !notServices.includes(entry.name))
    .map(({ name }) => `local/${name}`);
  expect(named.toSorted()).toEqual(folders.sort());
});

test("the routes of the control API are those it serves", () => {
  const source = sourcesBelow("local/control").map(textOf).join("\n");
  const served = [...source.matchAll(/method: "([A-Z]+)",\s+path: "([^"]+)"/g)].map(
    ([, method, path]) => `${method} ${path}`,
  );
  expect(columns(tableUnder(document, "Control API"), 0).flat().sort()).toEqual(served.sort());
});

test("the fields of a fault rule are those of its schema", () => {
  const fields = columns(tableUnder(document, "Faults"), 0).flat();
  expect(fields).toEqual(Object.keys(faultRule.entries));
});

test("the codes of console, control and issuer are those of the code, with their status", () => {
  const thrown = [...localText.matchAll(/\bproblem\((\d{3}), "(\w+)"/g)].map(
    ([, status, code]) => `${code} ${status}`,
  );
  const refused = [...localText.matchAll(/status: (\d{3}),\s+code: "(\w+)",\s+detail:/g)].map(
    ([, status, code]) => `${code} ${status}`,
  );
  const section = textOf(document).split("## Control API")[1]?.split("\n## ")[0] ?? "";
  const documented = [...section.matchAll(/^\| `(\w+)` \| (\d{3}) \|/gm)].map(
    ([, code, status]) => `${code} ${status}`,
  );
  expect(documented.toSorted()).toEqual([...new Set([...thrown, ...refused])].sort());
});

test("the resource types are those that have a handler", () => {
  const handled = allIn(sourcesBelow("local/resources").map(textOf).join("\n"), /type: "aws:([^"]+)"/g).map(
    (type) => [type.split("/")[0], type.split(":").at(-1)].join(" "),
  );
  const documented = tableUnder(document, "Resource types").flatMap(([service = "", types = ""]) =>
    types.split(", ").map((type) => `${service} ${type}`),
  );
  expect(documented.toSorted()).toEqual(handled.sort());
});

test("what replaces a resource is what its handler says", () => {
  const services = new Proxy({}, { get: () => ({}) }) as Services;
  const handled = [...resourceHandlers(services).values()].map(({ type, replacedBy }) => {
    const [service = "", name = ""] = type.slice("aws:".length).split("/");
    return [`${service} ${name.split(":").at(-1)}`, replacedBy.join(", ")];
  });
  expect(columns(tableUnder(document, "What replaces a resource"), 0, 1)).toEqual(handled.toSorted());
});

test("the example sees a proof expire without waiting", async () => {
  const folder = mkdtempSync(join(tmpdir(), "synapse-d-local-cloud-"));
  const file = join(folder, "example.mjs");
  writeFileSync(file, /```js\n([\s\S]*?)```/.exec(textOf(document))?.[1] ?? "");
  const { connectTooLate } = (await import(file)) as { connectTooLate(ready: Ready): Promise<string> };
  rmSync(folder, { recursive: true });
  const program = await startProgram();
  expect(await connectTooLate(program.ready)).toBe("proof_expired");
  await program.stop();
}, 60_000);
