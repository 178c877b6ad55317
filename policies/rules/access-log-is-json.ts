import { restStage, v2Stage } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const accessLogIsJson = resourceRule({
  name: "access-log-is-json",
  holds: "An access log has the format of a JSON object that holds the request id.",
  why: "Logs Insights finds fields in JSON by itself, and the id joins the line with the function's.",
  elsewhere: ["Serverless-APIGWStructuredLogging"],
  types: [restStage, v2Stage],
  violations: (resource) => {
    if (!resource.has("accessLogSettings.destinationArn") || !resource.isKnown("accessLogSettings.format")) {
      return [];
    }
    const format = resource.text("accessLogSettings.format");
    // A number stands unquoted in a format, as "status":$context.status.
    const isJson = isJsonObject(format.replaceAll(/:\s*\$context\.[\w.]+/g, ":0"));
    return isJson && /\$context\.(requestId|extendedRequestId)\b/.test(format)
      ? []
      : ["Make accessLogSettings.format a JSON object with $context.requestId."];
  },
});

function isJsonObject(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}
