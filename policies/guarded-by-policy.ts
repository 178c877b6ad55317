import {
  eventBusPolicy,
  kmsKey,
  queue,
  queuePolicy,
  restApi,
  restApiPolicy,
  secretPolicy,
  tablePolicy,
  topic,
  topicPolicy,
} from "./aws.ts";
import type { Resource } from "./resource.ts";
import type { Statement } from "./statement.ts";

/** The types that hold a resource policy. */
export const resourcePolicyTypes: readonly string[] = [
  queue,
  queuePolicy,
  topic,
  topicPolicy,
  tablePolicy,
  secretPolicy,
  eventBusPolicy,
  kmsKey,
  restApi,
  restApiPolicy,
];

/** The statements by which a resource lets others in. */
export function admitting(resource: Resource): readonly Statement[] {
  return resource.statements("policy").filter(({ effect }) => effect === "Allow");
}
