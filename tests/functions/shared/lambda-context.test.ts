import { expect, test } from "@jest/globals";
import { readContext } from "../../../functions/shared/lambda-context.ts";

test("gives the request id and the time that is left", () => {
  const context = {
    awsRequestId: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
    left: 1_500,
    getRemainingTimeInMillis() {
      return this.left;
    },
  };
  const { requestId, remaining } = readContext(context);
  expect([requestId, remaining()]).toEqual(["c6af9ac6-7b61-11e6-9a41-93e8deadbeef", 1_500]);
});

test.each([undefined, null, {}, { awsRequestId: "x" }])("takes time to be plenty with %j", (context) => {
  const { requestId, remaining } = readContext(context);
  expect([requestId, remaining()]).toEqual([undefined, Number.POSITIVE_INFINITY]);
});
