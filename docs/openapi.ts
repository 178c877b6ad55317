// Writes docs/openapi.yaml from the schemas that the functions and API Gateway use: `node docs/openapi.ts`. A test
// compares.
import { readFileSync, writeFileSync } from "node:fs";
import { STATUS_CODES } from "node:http";
import { join } from "node:path";
import { toJsonSchema } from "@valibot/to-json-schema";
import type * as v from "valibot";
import { stringify } from "yaml";
import { gatewayRefusals } from "../components/gateway-refusals.ts";
import { problemDetails } from "../functions/billing/callers/answers.ts";
import { idempotencyKeyPattern } from "../functions/billing/callers/idempotency-key.ts";
import { problem } from "../functions/billing/callers/problems.ts";
import { type Operation, operations, tokenRefusals } from "./openapi-operations.ts";

export const openApiFile = join(import.meta.dirname, "openapi.yaml");

const schemaOf = (schema: v.GenericSchema) => {
  const { $schema: _, ...json } = toJsonSchema(schema, { errorMode: "ignore", target: "draft-2020-12" });
  return json;
};
const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });

const reasons: Readonly<Record<string, string>> = {
  400: "The request is not as it should be",
  401: "The access token is missing or not good",
  402: "Access needs a subscription",
  403: "Not for this caller",
  404: "There is nothing of that kind",
  409: "Not now, or not any more",
  413: "The body is too large",
  415: "The body is not application/json",
  422: "The payment provider refused the details",
  429: "Over the rate of this path, or of all",
  500: "The service failed",
  502: "The service failed",
  503: "Something that the service needs does not answer",
  504: "The service took too long",
};

/** What API Gateway itself refuses on a path that exists. `refused`, 403, is of a resource policy or a firewall. */
const ofGateway: readonly (readonly [string, string])[] = [
  ["400", "BAD_REQUEST_BODY"],
  ["403", "DEFAULT_4XX"],
  ["413", "REQUEST_TOO_LARGE"],
  ["415", "UNSUPPORTED_MEDIA_TYPE"],
  ["429", "THROTTLED"],
  ["500", "DEFAULT_5XX"],
  ["502", "DEFAULT_5XX"],
  ["503", "DEFAULT_5XX"],
  ["504", "INTEGRATION_TIMEOUT"],
];

interface Refused {
  readonly status: string;
  readonly codes: readonly string[];
}

function refusedOf({ caller, body, refusals }: Operation): readonly Refused[] {
  const own = caller === "user" ? [...tokenRefusals, ...refusals] : refusals;
  const ofUs = own.map((code) => ({ status: String(problem(code, "").status), code: String(code) }));
  const ofTheGateway = ofGateway
    .filter(([, type]) => body || (type !== "BAD_REQUEST_BODY" && type !== "UNSUPPORTED_MEDIA_TYPE"))
    .map(([status, type]) => ({ status, code: gatewayRefusals[type]?.code ?? "" }));
  const byStatus = Map.groupBy([...ofUs, ...ofTheGateway], ({ status }) => status);
  return [...byStatus]
    .map(([status, all]) => ({ status, codes: [...new Set(all.map(({ code }) => code))].sort() }))
    .sort((one, other) => Number(one.status) - Number(other.status));
}

const nameOf = ({ status }: Refused) => (STATUS_CODES[status] ?? status).replaceAll(/\W/g, "");
const keyOf = ({ status, codes }: Refused) => [status, ...codes].join(" ");

/** What several operations answer alike, by a name: of each status the one that most of them have. */
const shared: ReadonlyMap<string, Refused> = new Map(
  [...Map.groupBy(operations.flatMap(refusedOf), keyOf).values()]
    .filter((alike) => alike.length > 1)
    .sort((some, others) => some.length - others.length)
    .flatMap(([first]) => (first ? [[nameOf(first), first] as const] : [])),
);

function answerOf({ status, codes }: Refused): object {
  const schema = { allOf: [reference("Problem")], properties: { code: { enum: codes } } };
  const header = { schema: { type: "string" }, description: "RFC 6750" };
  return {
    description: reasons[status],
    ...(status === "401" && { headers: { "WWW-Authenticate": header } }),
    content: { "application/problem+json": { schema } },
  };
}

function answersOf(operation: Operation): object {
  const { status, description, schemas } = operation.answer;
  const names = Object.keys(schemas).map(reference);
  const schema = names.length === 1 ? names[0] : { oneOf: names };
  const refused = refusedOf(operation).map((each) => {
    const same = shared.get(nameOf(each));
    const isShared = same !== undefined && keyOf(same) === keyOf(each);
    return [
      each.status,
      isShared ? { $ref: `#/components/responses/${nameOf(each)}` } : answerOf(each),
    ] as const;
  });
  const served = { description, content: { "application/json": { schema } } };
  return Object.fromEntries([[String(status), served], ...refused]);
}

const idempotencyKey = {
  name: "Idempotency-Key",
  in: "header",
  required: true,
  description: "New for each intention, the same for each try of it",
  schema: { type: "string", pattern: idempotencyKeyPattern.source },
  example: "5f0c1f6e-2d4f-4b8e-9a55-0c6d1f1c7f10",
};
const stripeSignature = {
  name: "Stripe-Signature",
  in: "header",
  required: true,
  description: "As Stripe signs the exact bytes (https://docs.stripe.com/webhooks#verify-manually)",
  schema: { type: "string" },
};

function parametersOf({ isIdempotent, caller, query }: Operation): readonly object[] {
  return [
    ...(isIdempotent ? [idempotencyKey] : []),
    ...(caller === "stripe" ? [stripeSignature] : []),
    ...(query
      ? [
          {
            name: query.name,
            in: "query",
            required: false,
            description: query.description,
            schema: { type: "string" },
          },
        ]
      : []),
  ];
}

function bodyOf({ body }: Operation): object | undefined {
  if (!body) return undefined;
  const examples = Object.fromEntries(
    Object.entries(body.examples).map(([name, value]) => [name, { value }]),
  );
  return { required: true, content: { "application/json": { schema: reference(body.name), examples } } };
}

function pathItem(operation: Operation): object {
  const parameters = parametersOf(operation);
  const requestBody = bodyOf(operation);
  return {
    operationId: operation.id,
    summary: operation.summary,
    security: operation.caller === "user" ? [{ accessToken: [] }] : [],
    ...(parameters.length > 0 && { parameters }),
    ...(requestBody && { requestBody }),
    responses: answersOf(operation),
  };
}

/** The document's text. */
export function openApiText(): string {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "..", "package.json"), "utf8"));
  const schemas = operations.flatMap(({ body, answer }) => [
    ...(body ? [[body.name, body.schema] as const] : []),
    ...Object.entries(answer.schemas),
  ]);
  const document = {
    openapi: "3.1.1",
    info: {
      title: "Synapse-D billing",
      version,
      description:
        "Proofs to connect with, and subscriptions. What each code means is in docs/errors.md, what a subscription gives in docs/billing.md.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [
      {
        url: "https://{api}.execute-api.{region}.amazonaws.com/v1",
        description: "The stack's output billingUrl; with synapse-d:billing.domain that name, without /v1",
        variables: {
          api: { default: "api", description: "The REST API's id" },
          region: { default: "us-east-1", description: "The stack's Region" },
        },
      },
    ],
    paths: Object.fromEntries(
      operations.map((operation) => [operation.path, { [operation.method]: pathItem(operation) }]),
    ),
    components: {
      securitySchemes: {
        accessToken: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: "An access token of the stack's issuer, for its audience",
        },
      },
      responses: Object.fromEntries([...shared].sort().map(([name, each]) => [name, answerOf(each)])),
      schemas: {
        ...Object.fromEntries(schemas.map(([name, schema]) => [name, schemaOf(schema)])),
        Problem: schemaOf(problemDetails),
      },
    },
  };
  return `# Generated by docs/openapi.ts from the schemas of functions/billing. Do not edit.\n${stringify(document, { aliasDuplicateObjects: false })}`;
}

if (import.meta.main) writeFileSync(openApiFile, openApiText());
