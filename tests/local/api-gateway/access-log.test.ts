import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { writeAccessLog } from "../../../local/api-gateway/access-log.ts";
import { contextVariables, type Happening } from "../../../local/api-gateway/websocket/context-variables.ts";
import { AwsError } from "../../../local/aws-error.ts";
import { anyCodePoint } from "../../any-code-point.ts";

function written(format: string, happening: Partial<Happening> = {}, userAgent?: string): string {
  const lines: string[] = [];
  const context = contextVariables(
    {
      connectionId: "L0SM9cOFvHcCIhw=",
      connectedAt: 1_674_162_806_344,
      apiId: "abcdef1234",
      domainName: "127.0.0.1:1",
      stage: "v1",
      sourceIp: "127.0.0.1",
      userAgent,
      authorizer: { principalId: "p", role: "MASTER", integrationLatency: 12 },
    },
    { requestId: "MKOVBePmIAMFmtw=", routeKey: "SDP_OFFER", time: 1_674_162_806_345 },
    { eventType: "MESSAGE", status: 200, ...happening },
  );
  writeAccessLog({ append: (_, line) => void lines.push(line) }, { logGroup: "g", format }, context);
  return lines.join("\n");
}

test("writes the variables that AWS documents", () => {
  expect(
    written(
      "$context.requestId $context.extendedRequestId $context.connectionId $context.connectedAt $context.eventType " +
        "$context.routeKey $context.status $context.stage $context.apiId $context.requestTime $context.requestTimeEpoch",
    ),
  ).toBe(
    "MKOVBePmIAMFmtw= MKOVBePmIAMFmtw= L0SM9cOFvHcCIhw= 1674162806344 MESSAGE SDP_OFFER 200 v1 abcdef1234 " +
      "19/Jan/2023:21:13:26 +0000 1674162806345",
  );
  expect(
    written("$context.authorizer.principalId/$context.authorizer.role, $context.identity.sourceIp."),
  ).toBe("p/MASTER, 127.0.0.1.");
  expect(
    written("$context.integration.status $context.integration.latency $context.messageId", {
      messageId: "M1",
      integration: { status: 201, latency: 7 },
    }),
  ).toBe("201 7 M1");
});

test("writes - for a variable that has no value or does not exist", () => {
  expect(
    written(
      "$context.messageId $context.error.message $context.path $context.constructor $context.authorizer.__proto__",
    ),
  ).toBe("- - - - -");
});

test("stays one line of JSON, whatever a client calls itself", () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCodePoint }), (userAgent) => {
      const line = written(
        '{"userAgent":"$context.identity.userAgent","status":$context.status}',
        {},
        userAgent,
      );
      expect(line).not.toMatch(/[\r\n]/);
      expect(JSON.parse(line)).toEqual({ userAgent, status: 200 });
    }),
  );
});

test("writes the message of an error bare, and as JSON text with its own quotes", () => {
  const error = { message: 'no "such" route', responseType: "DEFAULT_4XX" };
  expect(written('{"bare":"$context.error.message","quoted":$context.error.messageString}', { error })).toBe(
    '{"bare":"no \\"such\\" route","quoted":"no \\"such\\" route"}',
  );
});

test("does not fail when the log group is gone, and hides no other fault", () => {
  const failingWith = (error: Error) => () =>
    writeAccessLog(
      {
        append: () => {
          throw error;
        },
      },
      { logGroup: "g", format: "$context.status" },
      { status: 200 },
    );
  const gone = new AwsError("ResourceNotFoundException", 400, "The specified log group does not exist.");
  expect(failingWith(gone)).not.toThrow();
  expect(failingWith(new TypeError("a fault"))).toThrow("a fault");
});
