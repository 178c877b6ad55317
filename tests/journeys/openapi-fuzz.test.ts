import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { openApiFile } from "../../docs/openapi.ts";
import { commandOf, schemathesis } from "../python-tool.ts";
import { pay } from "./buy-plan.ts";
import { endPrograms, logLines, startProgram, userToken } from "./running-program.ts";

afterAll(endPrograms);

/** API Gateway answers 404 to a method that it does not know, and some limits have a code and no schema. */
const unfit = "unsupported_method,positive_data_acceptance";

async function fuzz(url: string, token: string, examples: number) {
  const options = ["--checks", "all", "--exclude-checks", unfit, "--seed", "1", "--no-color"];
  const target = ["run", openApiFile, "--url", url, "--header", `Authorization: Bearer ${token}`];
  const child = spawn(
    commandOf(schemathesis),
    [...target, "--max-examples", String(examples), ...options],
    // It leaves files where it runs.
    { cwd: mkdtempSync(join(tmpdir(), "openapi-fuzz-")) },
  );
  let report = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    report += text;
  });
  const [code] = await once(child, "exit");
  return { code, report };
}

test("no request that the OpenAPI document leads to is answered with 5xx, or with what the document does not have", async () => {
  const { ready, stop } = await startProgram();
  const token = await userToken(ready, "fuzz");
  await pay(ready, token, "purchase-number-1", "Fuzz");
  const { code, report } = await fuzz(ready.billing, token, 50);
  expect([code, report]).toEqual([0, expect.stringMatching(/Tested: 9$/m)]);
  const [, generated] = /(\d+) generated/.exec(report) ?? [];
  expect(Number(generated)).toBeGreaterThan(400);
  const lines = (await logLines(ready, "ChangeSubscriptionHandler")).map(({ message }) =>
    JSON.parse(message),
  );
  expect(lines.map(({ outcome }) => outcome)).toEqual(expect.arrayContaining(["changed", "refused"]));
  await stop();
}, 120_000);
