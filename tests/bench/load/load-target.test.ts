import { expect, test } from "@jest/globals";
import { BenchError } from "../../../bench/bench-error.ts";
import { loadTarget } from "../../../bench/load/load-target.ts";

test.each([{ SYNAPSE_TOKEN: "jwt" }, { SYNAPSE_BILLING_URL: "https://api.example.com/v1" }])(
  "one without the other is refused, before anything starts: %j",
  async (environment) => {
    await expect(loadTarget(environment)).rejects.toThrow(
      new BenchError("SYNAPSE_BILLING_URL and SYNAPSE_TOKEN go together; one of them is missing."),
    );
  },
);
