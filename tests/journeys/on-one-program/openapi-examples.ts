import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { parse } from "yaml";
import { openApiFile } from "../../../docs/openapi.ts";
import { eventually, userToken } from "../running-program.ts";
import { sharedProgram } from "../shared-program.ts";

const program = sharedProgram();
const document = parse(readFileSync(openApiFile, "utf8"));
const ajv = new Ajv2020({ strict: false });
formats.default(ajv);
ajv.addSchema(document, "document");

const pointer = (...steps: readonly string[]) =>
  steps.map((step) => `/${encodeURIComponent(step.replaceAll("~", "~0").replaceAll("/", "~1"))}`).join("");

const validators = new Map<string, ValidateFunction>();
const validatorOf = (place: string): ValidateFunction => {
  const known = validators.get(place) ?? ajv.compile({ $ref: `document#${place}` });
  validators.set(place, known);
  return known;
};

let keys = 0;

/** Sends one request, and expects an answer that the document has. Gives its status and body. */
async function send(method: string, path: string, body?: unknown, token?: string) {
  const answer = await fetch(`${program.ready.billing}${path}`, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
      "idempotency-key": `openapi-example-${++keys}`,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const { responses } = document.paths[path][method.toLowerCase()];
  const documented = responses[answer.status] ?? {};
  const type = answer.headers.get("content-type") ?? "";
  const place = documented.$ref
    ? documented.$ref.slice(1)
    : pointer("paths", path, method.toLowerCase(), "responses", String(answer.status));
  const fits = validatorOf(`${place}${pointer("content", type, "schema")}`);
  const answered = (await answer.json()) as Readonly<Record<string, unknown>>;
  expect([path, answer.status, answered, fits(answered), fits.errors]).toEqual([
    path,
    answer.status,
    answered,
    true,
    null,
  ]);
  return [answer.status, answered] as const;
}

const example = (path: string, name: string) =>
  document.paths[path].post.requestBody.content["application/json"].examples[name].value;

/** Sends an example of the document. */
const post = (path: string, name: string, token?: string) => send("POST", path, example(path, name), token);

test("each example of the OpenAPI document gets an answer that the document has, from plans to the portal", async () => {
  const token = await userToken(program.ready, "openapi-kim");
  const other = await userToken(program.ready, "openapi-pat");
  expect((await send("GET", "/plans"))[0]).toBe(200);
  expect((await post("/proofs", "master"))[1].code).toBe("token_missing");
  expect((await post("/proofs", "master", token))[0]).toBe(201);
  expect((await post("/proofs", "viewer", other))[0]).toBe(201);
  expect((await post("/portal", "only", token))[1].code).toBe("customer_missing");
  expect((await post("/subscriptions", "inApp", other))[1]).toMatchObject({ status: "incomplete" });
  const [status, { url }] = await post("/subscriptions", "checkout", token);
  expect(status).toBe(201);
  expect((await send("GET", "/subscription", undefined, token))[1]).toMatchObject({ pending: true });
  const form = new URLSearchParams({ method: "pm_card_visa", email: "kim@example.com" });
  const paid = await fetch(String(url), { method: "POST", body: form, redirect: "manual" });
  expect(paid.status).toBe(303);
  await eventually("the plan counts", async () => {
    const [, { plan }] = await send("GET", "/subscription", undefined, token);
    return plan === "team" || undefined;
  });
  expect((await post("/subscriptions", "checkout", token))[1].code).toBe("subscription_exists");
  expect((await post("/subscription/cancel", "only", token))[1]).toMatchObject({ cancelAtPeriodEnd: true });
  expect((await post("/subscription/cancel", "ofGroup", token))[0]).toBe(200);
  expect((await post("/subscription/resume", "only", token))[1]).toMatchObject({ cancelAtPeriodEnd: false });
  expect((await post("/subscription/resume", "ofGroup", token))[0]).toBe(200);
  expect((await post("/subscription/change", "dearer", token))[1]).toMatchObject({ status: "active" });
  expect((await post("/portal", "only", token))[0]).toBe(201);
  expect((await post("/stripe/webhook", "snapshot"))[1].code).toBe("signature_missing");
  expect((await post("/stripe/webhook", "thin"))[1].code).toBe("signature_missing");
});
