import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import * as aws from "../../policies/aws.ts";
import { judge } from "../../policies/judge.ts";
import { readState } from "../../policies/read-state.ts";
import { Stack } from "../../policies/stack.ts";
import { notYetKnown } from "../../policies/value.ts";
import { type Declared, onTheWire, ref } from "./declare-stack.ts";
import { exportedState } from "./exported-state.ts";

const signature = "4dabf18193072939515e22adb298388d";
const secret = "1b47061264138c4ac30d75fd1eb44270";

const stackOf = (declared: readonly Declared[]): Stack => {
  const stack = readState(exportedState(onTheWire(declared, false)));
  if (!(stack instanceof Stack)) throw new Error(stack.detail);
  return stack;
};

describe("an exported stack", () => {
  test("is judged like the program that made it", () => {
    const stack = stackOf([
      [aws.queue, "orders", { visibilityTimeoutSeconds: 10 }],
      [aws.lambdaFunction, "worker", { timeout: 10 }],
      [aws.eventSourceMapping, "m", { eventSourceArn: ref("orders"), functionName: ref("worker", "name") }],
    ]);
    const { violations } = judge(stack, { today: "2026-11-25" });
    expect(violations.map(({ rule, resource }) => `${rule} ${resource.name}`)).toContain(
      "queue-outlasts-its-consumer orders",
    );
  });

  test("gives secrets that were shown, and not those that are encrypted", () => {
    const stack = stackOf([
      [
        aws.lambdaFunction,
        "worker",
        {
          environment: { variables: { A: { [signature]: secret, ciphertext: "v1:x" } } },
          runtime: { [signature]: secret, plaintext: '"nodejs24.x"' },
        },
      ],
    ]);
    expect(stack.resources[0]?.inputs).toEqual({
      environment: { variables: { A: notYetKnown } },
      runtime: "nodejs24.x",
    });
  });

  test("leaves out what waits to be deleted, and what belongs to others", () => {
    const state = JSON.parse(
      exportedState(
        onTheWire(
          [
            [aws.queue, "old"],
            [aws.queue, "theirs"],
            [aws.queue, "ours"],
          ],
          false,
        ),
      ),
    );
    state.deployment.resources[0].delete = true;
    state.deployment.resources[1].external = true;
    const stack = readState(JSON.stringify(state)) as Stack;
    expect(stack.resources.map(({ name }) => name)).toEqual(["ours"]);
  });

  test("follows an ARN that was written out, and no longer one that begins like it", () => {
    const arn = "arn:aws:sqs:eu-west-1:1:orders";
    const state = JSON.parse(
      exportedState(
        onTheWire(
          [
            [aws.queue, "orders"],
            [aws.eventSourceMapping, "m"],
            [aws.eventSourceMapping, "n"],
          ],
          false,
        ),
      ),
    );
    state.deployment.resources[0].outputs = { arn };
    state.deployment.resources[1].inputs = { eventSourceArn: arn };
    state.deployment.resources[2].inputs = { eventSourceArn: `${arn}-dead` };
    const stack = readState(JSON.stringify(state)) as Stack;
    const [orders, m, n] = stack.resources;
    if (!m || !n) throw new Error("the stack has no mappings");
    expect(stack.targets(m, "eventSourceArn", aws.queue)).toEqual([orders]);
    expect(stack.targets(n, "eventSourceArn", aws.queue)).toEqual([]);
  });

  test.each([
    ["nothing", "", "not_json", "expected the JSON that pulumi stack export writes"],
    ["other JSON", "[]", "not_a_stack_export", /^deployment: /],
    ["a deployment of text", '{"deployment":"x"}', "not_a_stack_export", /^deployment: /],
    [
      "a resource without a URN",
      '{"deployment":{"resources":[{"type":"t"}]}}',
      "not_a_stack_export",
      /^deployment\.resources\.0\.urn: /,
    ],
  ])("is not %s", (_, text, code, detail) => {
    expect(readState(text)).toEqual({
      code,
      detail: typeof detail === "string" ? detail : expect.stringMatching(detail),
    });
  });

  test("is read or refused, whatever it holds, and judged without a fault", () => {
    const types = Object.values(aws);
    const resource = fc.record({
      urn: fc.constantFrom("urn:pulumi:dev::p::t::a", "urn:pulumi:dev::p::t::b", "urn:pulumi:"),
      type: fc.constantFrom(...types),
      inputs: fc.dictionary(
        fc.constantFrom("policy", "rules", "settings", "target", "redrivePolicy", "ttl", "tags", "timeout"),
        fc.oneof(fc.jsonValue(), fc.json()) as fc.Arbitrary<unknown>,
      ),
      propertyDependencies: fc.constant({ policy: ["urn:pulumi:dev::p::t::a"] }),
    });
    void fc.assert(
      fc.property(fc.array(resource, { maxLength: 4 }), (resources) => {
        const stack = readState(JSON.stringify({ deployment: { resources } }));
        if (stack instanceof Stack) judge(stack, { today: "2026-11-25" });
      }),
      { numRuns: 500 },
    );
  });
});
