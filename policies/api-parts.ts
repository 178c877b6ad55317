import { restMethodSettings, restResource, v2Api } from "./aws.ts";
import type { Resource } from "./resource.ts";
import type { Stack } from "./stack.ts";

/** The settings of a REST stage's methods. */
export function methodSettingsOf(stack: Stack, stage: Resource): readonly Resource[] {
  return stack.referrers(stage, restMethodSettings, "stageName");
}

/** The settings of every method of a REST stage, which count where no others are set. */
export function stageWideSettings(stack: Stack, stage: Resource): Resource | undefined {
  return methodSettingsOf(stack, stage).find((settings) => settings.is("methodPath", "*/*"));
}

/** The API of a route or stage, and whether it speaks WebSocket. */
export function isWebSocket(stack: Stack, part: Resource): boolean {
  return stack.targets(part, "apiId", v2Api).some((api) => api.isKnownAs("protocolType", "WEBSOCKET"));
}

export function isHttp(stack: Stack, part: Resource): boolean {
  return stack.targets(part, "apiId", v2Api).some((api) => api.isKnownAs("protocolType", "HTTP"));
}

/** The REST resources whose path says that a webhook arrives there. */
export function webhookResources(stack: Stack): readonly Resource[] {
  return stack.ofType(restResource).filter((resource) => /webhook/i.test(resource.text("pathPart")));
}
