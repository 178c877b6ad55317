import * as v from "valibot";
import { account } from "../account.ts";
import type { Services } from "../services.ts";
import {
  type CreatedResource,
  type ResourceHandler,
  resourceHandler,
  textOutput,
} from "./resource-handler.ts";

const inputs = v.strictObject({
  apiId: v.string(),
  authorizerType: v.literal("REQUEST", "a WebSocket API has REQUEST authorizers only."),
  authorizerUri: v.string(),
  identitySources: v.optional(v.array(v.string()), []),
  name: v.optional(v.string()),
});

/** `aws:apigatewayv2/authorizer:Authorizer`: a Lambda function that decides each `$connect`. */
export function apigatewayv2Authorizer({ webSocketApis }: Pick<Services, "webSocketApis">): ResourceHandler {
  const put = (authorizer: v.InferOutput<typeof inputs>, logicalName: string, existing?: CreatedResource) => {
    const name = authorizer.name ?? logicalName;
    const id = webSocketApis.putAuthorizer(authorizer.apiId, { ...authorizer, name }, existing?.id);
    return {
      id,
      outputs: { ...authorizer, name, authorizerResultTtlInSeconds: 0, region: account.region },
    };
  };
  return resourceHandler({
    type: "aws:apigatewayv2/authorizer:Authorizer",
    inputs,
    sets: ["identitySources"],
    replacedBy: ["apiId"],
    create: (authorizer, name) => put(authorizer, name),
    read: (existing) =>
      webSocketApis.has(textOutput(existing, "apiId"), "authorizer", existing.id) ? {} : undefined,
    update: (existing, authorizer, name) => put(authorizer, name, existing),
    delete: (existing) => webSocketApis.deleteAuthorizer(textOutput(existing, "apiId"), existing.id),
  });
}
