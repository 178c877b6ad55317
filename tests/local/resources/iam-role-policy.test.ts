import { beforeEach, describe, expect, test } from "@jest/globals";
import { createIam } from "../../../local/iam/create-iam.ts";
import type { Iam } from "../../../local/iam/iam.ts";
import { iamRolePolicy } from "../../../local/resources/iam-role-policy.ts";
import type { ResourceHandler } from "../../../local/resources/resource-handler.ts";
import { asRelay, lambdaTrust, policy, queueArn, refusalOf, relayRole } from "../iam/policies.ts";

const allow = (action: string) => policy({ Effect: "Allow", Action: action, Resource: queueArn });
const resource = {
  type: "aws:iam/rolePolicy:RolePolicy",
  name: "RelayServer-send",
  inputs: { role: "relay", policy: allow("sqs:SendMessage") },
};

let iam: Iam;
let handler: ResourceHandler;

beforeEach(() => {
  iam = createIam({ clock: { now: () => 0 } });
  iam.putRole({ ...relayRole, assumeRolePolicy: lambdaTrust });
  handler = iamRolePolicy({ iam });
});

const allowed = (action: string) =>
  refusalOf(() => iam.authorize({ principal: asRelay, action, resource: queueArn, context: {} })) ===
  "nothing";

describe("aws:iam/rolePolicy:RolePolicy", () => {
  test("grants what it says until it is deleted", async () => {
    const created = await handler.create(resource);
    expect(created).toEqual({
      id: "relay:RelayServer-send",
      outputs: { name: "RelayServer-send", role: "relay", policy: allow("sqs:SendMessage") },
    });
    expect(allowed("sqs:SendMessage")).toBe(true);
    await handler.delete(created);
    expect(allowed("sqs:SendMessage")).toBe(false);
  });

  test("grants the new and no longer the old after an update", async () => {
    const created = await handler.create(resource);
    const inputs = { role: "relay", policy: allow("sqs:DeleteMessage") };
    expect((await handler.update(created, { ...resource, inputs })).id).toBe("relay:RelayServer-send");
    expect([allowed("sqs:SendMessage"), allowed("sqs:DeleteMessage")]).toEqual([false, true]);
  });

  test("refuses a policy that the evaluator does not understand, naming the resource", async () => {
    const broken = policy({
      Effect: "Allow",
      Action: "sqs:*",
      Resource: "*",
      Condition: { IpAddress: { "aws:SourceIp": "::1" } },
    });
    await expect(handler.create({ ...resource, inputs: { role: "relay", policy: broken } })).rejects.toThrow(
      'aws:iam/rolePolicy:RolePolicy "RelayServer-send": The policy is not valid: Statement.0.Condition: condition key aws:SourceIp is not known.',
    );
  });

  test("refuses a role that does not exist, and a second policy of the same name", async () => {
    await handler.create(resource);
    await expect(handler.create(resource)).rejects.toThrow(
      'aws:iam/rolePolicy:RolePolicy "RelayServer-send": the role relay already has a policy of this name.',
    );
    await expect(
      handler.create({ ...resource, inputs: { ...resource.inputs, role: "nobody" } }),
    ).rejects.toThrow(
      'aws:iam/rolePolicy:RolePolicy "RelayServer-send": The role with name nobody cannot be found.',
    );
  });
});
