import type { Integration, IntegrationResponse } from "./api-definition.ts";
import type { Refusal } from "./gateway-responses.ts";
import { type HttpResponse, isValidHeader, withHeader } from "./http-response.ts";
import { mediaType } from "./received-request.ts";
import { renderTemplate, type TemplateVariables } from "./velocity.ts";

type MockIntegration = Extract<Integration, { type: "MOCK" }>;

/**
 * Answers without a backend
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html): the request template
 * gives the status code, which selects one of `responses`, which gives headers and body.
 */
export function mockIntegration(
  integration: MockIntegration,
  responses: readonly IntegrationResponse[],
  variables: TemplateVariables,
): HttpResponse | Refusal {
  const type = mediaType(variables.request);
  const { requestTemplates, passthroughBehavior } = integration;
  const template = Object.hasOwn(requestTemplates, type) ? requestTemplates[type] : undefined;
  if (template === undefined && refusesPassthrough(passthroughBehavior, requestTemplates)) {
    return { responseType: "UNSUPPORTED_MEDIA_TYPE" };
  }
  const mocked = mockedStatus(
    template === undefined ? variables.body : renderTemplate(template, variables).text,
  );
  const response = mocked === undefined ? undefined : selectResponse(responses, mocked);
  if (!response) return { responseType: "API_CONFIGURATION_ERROR" };
  return toHttpResponse(response, variables);
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/integration-passthrough-behaviors.html */
function refusesPassthrough(
  behavior: MockIntegration["passthroughBehavior"],
  templates: MockIntegration["requestTemplates"],
): boolean {
  return behavior === "NEVER" || (behavior === "WHEN_NO_TEMPLATES" && Object.keys(templates).length > 0);
}

function mockedStatus(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("statusCode" in value)) return undefined;
    return Number.isInteger(value.statusCode) ? String(value.statusCode) : undefined;
  } catch {
    return undefined;
  }
}

function selectResponse(
  responses: readonly IntegrationResponse[],
  status: string,
): IntegrationResponse | undefined {
  const selected = responses.find(
    ({ selectionPattern }) => selectionPattern && new RegExp(`^(?:${selectionPattern})$`).test(status),
  );
  return selected ?? responses.find(({ selectionPattern }) => !selectionPattern);
}

function toHttpResponse(response: IntegrationResponse, variables: TemplateVariables): HttpResponse | Refusal {
  const { responseTemplates } = response;
  const [contentType, template] = Object.hasOwn(responseTemplates, "application/json")
    ? ["application/json", responseTemplates["application/json"]]
    : (Object.entries(responseTemplates)[0] ?? ["application/json", undefined]);
  const rendered = template === undefined ? undefined : renderTemplate(template, variables);

  let headers: HttpResponse["headers"] = [["Content-Type", contentType]];
  const mapped = Object.entries(response.responseParameters).map(
    ([parameter, value]) => [parameter.slice("method.response.header.".length), value.slice(1, -1)] as const,
  );
  for (const [name, value] of [...mapped, ...Object.entries(rendered?.headerOverrides ?? {})]) {
    if (!isValidHeader(name, String(value))) return { responseType: "API_CONFIGURATION_ERROR" };
    headers = withHeader(headers, name, String(value));
  }
  const statusCode = Number(rendered?.statusOverride ?? response.statusCode);
  if (!Number.isInteger(statusCode) || statusCode < 200 || statusCode > 599) {
    return { responseType: "API_CONFIGURATION_ERROR" };
  }
  return { statusCode, headers, body: rendered?.text ?? "" };
}
