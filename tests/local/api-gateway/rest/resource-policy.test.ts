import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type BuiltRoute, builtApi } from "./built-api.ts";
import { type CloudParts, cloudParts } from "./cloud-parts.ts";

let parts: CloudParts;
beforeEach(() => {
  parts = cloudParts();
});
afterEach(() => parts.restApis.stop());

const routes: readonly BuiltRoute[] = [
  { path: ["proofs"], method: "POST" },
  { path: ["stripe", "webhook"], method: "POST" },
];
const invoke = { Principal: "*", Action: "execute-api:Invoke" };
const everyApi = "arn:aws:execute-api:us-east-1:000000000000:*";
const allow = { Effect: "Allow", ...invoke, Resource: `${everyApi}/*` };
const onlyFrom = (address: string) => ({
  Effect: "Deny",
  ...invoke,
  Resource: `${everyApi}/*/*/proofs`,
  Condition: { NotIpAddress: { "aws:SourceIp": [address] } },
});
const policyOf = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });

async function guarded(policy: string) {
  const { api, url } = await builtApi(parts, routes, (built) => built.putPolicy(policy));
  const post = (path: string) => fetch(`${url}/${path}`, { method: "POST" });
  return { api, post };
}

describe("a REST API with a resource policy", () => {
  test("refuses an address that the policy denies, without calling the function, and says so in its log", async () => {
    const { api, post } = await guarded(policyOf(allow, onlyFrom("203.0.113.0/24")));
    const answer = await post("proofs");
    expect([answer.status, answer.headers.get("x-amzn-errortype"), await answer.json()]).toEqual([
      403,
      "AccessDeniedException",
      {
        message: `User: anonymous is not authorized to perform: execute-api:Invoke on resource: ${api.executionArn}/v1/POST/proofs with an explicit deny in a resource-based policy`,
      },
    ]);
    expect(parts.invocations).toEqual([]);
    expect(parts.lines.map(({ message }) => JSON.parse(message).error)).toEqual(["ACCESS_DENIED"]);
  });

  test("serves the paths that the deny does not name", async () => {
    const { post } = await guarded(policyOf(allow, onlyFrom("203.0.113.0/24")));
    expect((await post("stripe/webhook")).status).toBe(200);
  });

  test("serves an address that is listed", async () => {
    const { post } = await guarded(policyOf(allow, onlyFrom("127.0.0.0/8")));
    expect((await post("proofs")).status).toBe(200);
  });

  test("refuses what nothing allows", async () => {
    const { post } = await guarded(policyOf(onlyFrom("127.0.0.1")));
    expect((await post("proofs")).status).toBe(403);
  });

  test("answers with the gateway response that the API declares for DEFAULT_4XX", async () => {
    const { url } = await builtApi(parts, routes, (api) => {
      api.putPolicy(policyOf(allow, onlyFrom("203.0.113.0/24")));
      api.definition.gatewayResponses.set("DEFAULT_4XX", {
        responseTemplates: { "application/json": '{"code":"refused"}' },
        responseParameters: {},
      });
    });
    const answer = await fetch(`${url}/proofs`, { method: "POST" });
    expect([answer.status, await answer.json()]).toEqual([403, { code: "refused" }]);
  });

  test("keeps the policy of its deployment until the next one", async () => {
    const { api, post } = await guarded(policyOf(allow));
    api.putPolicy(policyOf(allow, onlyFrom("203.0.113.0/24")));
    expect((await post("proofs")).status).toBe(200);
    api.putStage({ name: "v1", deploymentId: api.createDeployment().id, variables: {} });
    expect((await post("proofs")).status).toBe(403);
  });

  test("does not take a policy that it does not understand", async () => {
    const api = await parts.restApis.createRestApi();
    const bent = { ...allow, Condition: { IpAddress: { "aws:SourceIp": "the office" } } };
    expect(() => api.putPolicy(policyOf(bent))).toThrow('"the office" is not one that IpAddress can compare');
  });
});
