import type { IncomingMessage } from "node:http";
import type { SignedRequest } from "../iam/iam.ts";
import { readBody } from "../loopback/read-body.ts";
import type { DataService } from "./endpoint.ts";

/** The service and operation that a request names in X-Amz-Target. */
export interface Target {
  readonly service: DataService;
  readonly operation: string;
}

/** Bytes of a request's body that are read. SQS takes messages of 1 MiB; the rest is for JSON around it. */
export const maxBodyBytes = 1_048_576 + 65_536;

const targetForm = /^(DynamoDB_20120810|AmazonSQS|secretsmanager)\.([A-Za-z]{1,64})$/;
const serviceOf: Readonly<Record<string, DataService>> = {
  DynamoDB_20120810: "dynamodb",
  AmazonSQS: "sqs",
  secretsmanager: "secretsmanager",
};

/** Undefined when the request is not one of the AWS JSON protocol for a service that is here. */
export function parseTarget(method: string | undefined, header: unknown): Target | undefined {
  const [, prefix, operation] = (typeof header === "string" && targetForm.exec(header)) || [];
  const service = serviceOf[prefix ?? ""];
  return method === "POST" && operation && service ? { service, operation } : undefined;
}

/** The whole request, or undefined when its body is larger than `maxBodyBytes`. Rejects when the client breaks off. */
export async function readRequest(message: IncomingMessage): Promise<SignedRequest | undefined> {
  const body = await readBody(message, maxBodyBytes);
  if (!body) return undefined;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(",") : value;
  }
  return { method: message.method ?? "", path: message.url ?? "/", headers, body };
}
