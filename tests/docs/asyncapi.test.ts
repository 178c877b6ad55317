import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "@jest/globals";
import { Ajv } from "ajv";
import { parse } from "yaml";
import { asyncApiFile, asyncApiText } from "../../docs/asyncapi.ts";
import { actions } from "../../functions/signaling/protocol.ts";
import { serverFrames } from "../../functions/signaling/server-frames.ts";

const specification = createRequire(import.meta.url).resolve(
  "@asyncapi/specs/schemas/3.0.0-without-$id.json",
);
const text = readFileSync(asyncApiFile, "utf8");
const document = parse(text);

test("docs/asyncapi.yaml is what `node docs/asyncapi.ts` writes", () => {
  expect(text).toBe(asyncApiText());
});

test("it is a valid AsyncAPI 3.0.0 document", () => {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const valid = ajv.compile(JSON.parse(readFileSync(specification, "utf8")));
  expect([valid(document), valid.errors]).toEqual([true, null]);
  expect([valid({ ...document, channels: [] }), valid({})]).toEqual([false, false]);
});

test("each of its references leads somewhere", () => {
  const references = [...text.matchAll(/\$ref: "#\/(\S+)"/g)].map(([, path = ""]) => path);
  expect(references.length).toBeGreaterThan(20);
  const found = references.map((path) =>
    path.split("/").reduce((place: Record<string, unknown>, step) => place?.[step] as never, document),
  );
  expect(found.filter((place) => typeof place !== "object")).toEqual([]);
});

test("it names every frame", () => {
  const client = [...actions, "ALIVE"].map((action) => `client.${action}`);
  const server = Object.keys(serverFrames).map((name) => `server.${name}`);
  expect(Object.keys(document.channels.signaling.messages).sort()).toEqual([...client, ...server].sort());
});
