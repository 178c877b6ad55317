import { describe, expect, test } from "@jest/globals";
import { onFirstCall, readEnvironment } from "../../../functions/shared/environment.ts";

interface Variables {
  readonly PEERS_TABLE: string;
  readonly SHARED_TENANT: string;
}
const expected = { PEERS_TABLE: "required", SHARED_TENANT: "empty" } as const;

describe("reading the environment", () => {
  test("gives the declared variables and nothing else", () => {
    const variables = { PEERS_TABLE: "peers", SHARED_TENANT: "", HOME: "/root" };
    expect(readEnvironment<Variables>(expected, variables)).toEqual({
      PEERS_TABLE: "peers",
      SHARED_TENANT: "",
    });
  });

  test.each([
    [{ SHARED_TENANT: "" }, "environment variable PEERS_TABLE is missing"],
    [{ PEERS_TABLE: "", SHARED_TENANT: "" }, "environment variable PEERS_TABLE is missing"],
    [{ PEERS_TABLE: "peers" }, "environment variable SHARED_TENANT is missing"],
  ])("names the variable that is missing from %j", (variables, message) => {
    expect(() => readEnvironment<Variables>(expected, variables)).toThrow(message);
  });
});

describe("composing on the first call", () => {
  test("composes once", async () => {
    let composed = 0;
    const handler = onFirstCall(() => {
      composed += 1;
      return async (value: number) => value + 1;
    });
    expect(composed).toBe(0);
    expect([await handler(1), await handler(2)]).toEqual([2, 3]);
    expect(composed).toBe(1);
  });

  test("tries again after composing failed", async () => {
    const answers = [new Error("no table"), undefined];
    const handler = onFirstCall(() => {
      const error = answers.shift();
      if (error) throw error;
      return async () => "ready";
    });
    await expect(handler()).rejects.toThrow("no table");
    await expect(handler()).resolves.toBe("ready");
  });
});

describe("a deployed function whose environment lacks a variable", () => {
  test.each([
    ["signaling/authorize", "PROOFS_TABLE"],
    ["signaling/peer-connection", "PEERS_TABLE"],
    ["signaling/relay", "PEERS_TABLE"],
    ["signaling/topics", "TOPICS_TABLE"],
    ["signaling/revoke", "CUSTOMERS_TABLE"],
    ["signaling/deliver", "PEERS_TABLE"],
    ["signaling/sweep", "PEERS_TABLE"],
    ["billing/proofs/issue-proof", "PROOFS_TABLE"],
  ])("%s names %s", async (module, variable) => {
    const { handler } = await import(`../../../functions/${module}.ts`);
    await expect(handler({})).rejects.toMatchObject({
      code: "environment_invalid",
      message: `environment variable ${variable} is missing`,
    });
  });
});
