import {
  eventSourceMapping,
  eventTarget,
  lambdaFunction,
  permission,
  queue,
  restAuthorizer,
  restIntegration,
  schedule,
  subscription,
  v2Authorizer,
  v2Integration,
} from "./aws.ts";
import type { Resource } from "./resource.ts";
import type { Stack } from "./stack.ts";

/** Services that put an event into the function's own queue and go away. */
const asynchronousServices =
  /^(sns|s3|events|scheduler|ses|logs|config|iot|codecommit|codepipeline|cloudformation)\.amazonaws\.com$/;

/** Whether API Gateway calls the function and waits for its answer, as an integration or an authorizer. */
export function answersAnApi(stack: Stack, fn: Resource): boolean {
  return (
    stack.referrers(fn, restIntegration, "uri").length > 0 ||
    stack.referrers(fn, v2Integration, "integrationUri").length > 0 ||
    stack.referrers(fn, restAuthorizer, "authorizerUri").length > 0 ||
    stack.referrers(fn, v2Authorizer, "authorizerUri").length > 0
  );
}

/** Whether anything invokes the function asynchronously, so that Lambda itself retries and then drops the event. */
export function isInvokedAsynchronously(stack: Stack, fn: Resource): boolean {
  return (
    stack.referrers(fn, schedule, "target").length > 0 ||
    stack.referrers(fn, eventTarget, "arn").length > 0 ||
    stack
      .referrers(fn, subscription, "endpoint")
      .some((resource) => resource.isKnownAs("protocol", "lambda")) ||
    stack
      .referrers(fn, permission, "function")
      .some((resource) => asynchronousServices.test(resource.text("principal")))
  );
}

/** The mappings that read a queue. */
export function queueMappings(stack: Stack): readonly Resource[] {
  return stack
    .ofType(eventSourceMapping)
    .filter(
      (mapping) =>
        stack.targets(mapping, "eventSourceArn", queue).length > 0 ||
        /^arn:aws[\w-]*:sqs:/.test(mapping.text("eventSourceArn")),
    );
}

/** The mappings that read a stream: of DynamoDB, or of Kinesis. They alone have a starting position. */
export function streamMappings(stack: Stack): readonly Resource[] {
  const queues = new Set(queueMappings(stack));
  return stack
    .ofType(eventSourceMapping)
    .filter((mapping) => !queues.has(mapping) && mapping.has("startingPosition"));
}

/** The functions that a role belongs to. */
export function functionsOf(stack: Stack, role: Resource): readonly Resource[] {
  return stack.referrers(role, lambdaFunction, "role");
}
