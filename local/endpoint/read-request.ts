import type { IncomingMessage } from "node:http";
import type { SignedRequest } from "../iam/iam.ts";
import type { DataService } from "./endpoint.ts";

/** The service and operation that a request names in X-Amz-Target. */
export interface Target {
  readonly service: DataService;
  readonly operation: string;
}

/** Bytes of a request's body that are read. SQS takes messages of 1 MiB; the rest is for JSON around it. */
export const maxBodyBytes = 1_048_576 + 65_536;

const targetForm = /^(DynamoDB_20120810|AmazonSQS)\.([A-Za-z]{1,64})$/;

/** Undefined when the request is not one of the AWS JSON protocol for DynamoDB or SQS. */
export function parseTarget(method: string | undefined, header: unknown): Target | undefined {
  const [, prefix, operation] = (typeof header === "string" && targetForm.exec(header)) || [];
  if (method !== "POST" || !operation) return undefined;
  return { service: prefix === "AmazonSQS" ? "sqs" : "dynamodb", operation };
}

/** The whole request, or undefined when its body is larger than `maxBodyBytes`. Rejects when the client breaks off. */
export async function readRequest(message: IncomingMessage): Promise<SignedRequest | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message.iterator({ destroyOnReturn: false })) {
    size += (chunk as Buffer).length;
    if (size > maxBodyBytes) return undefined;
    chunks.push(chunk as Buffer);
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(",") : value;
  }
  return { method: message.method ?? "", path: message.url ?? "/", headers, body: Buffer.concat(chunks) };
}
