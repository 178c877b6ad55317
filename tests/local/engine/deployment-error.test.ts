import { expect, test } from "@jest/globals";
import { deploymentError } from "../../../local/engine/deployment-error.ts";

test("of all that the engine prints, what it calls diagnostics is told", () => {
  const printed = `code: 255
 stdout: Updating (local):
 +  aws:sqs:Queue letters **creating failed** error: letters
Diagnostics:
  aws:sqs:Queue (letters):
    error: aws:sqs/queue:Queue resource 'letters' has a problem: fifo: no such input

Resources:
    + 1 created
`;
  expect(deploymentError(new Error(printed)).message).toBe(
    "Pulumi could not deploy index.ts: aws:sqs:Queue (letters):\n" +
      "    error: aws:sqs/queue:Queue resource 'letters' has a problem: fifo: no such input",
  );
});

test("without diagnostics everything is told", () => {
  expect(deploymentError(new Error("spawn pulumi ENOENT")).message).toBe(
    "Pulumi could not deploy index.ts: spawn pulumi ENOENT",
  );
});
