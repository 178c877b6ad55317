import { beforeEach, describe, expect, test } from "@jest/globals";
import { AdvanceableClock } from "../../../local/clock.ts";
import { createIam } from "../../../local/iam/create-iam.ts";
import type { Iam } from "../../../local/iam/iam.ts";
import { iamRole } from "../../../local/resources/iam-role.ts";
import type { ResourceHandler } from "../../../local/resources/resource-handler.ts";
import { lambdaTrust, refusalOf } from "../iam/policies.ts";

const clock = new AdvanceableClock(() => Date.parse("2026-01-01T00:00:00Z"));
const type = "aws:iam/role:Role";
const role = { type, name: "RelayServer", inputs: { assumeRolePolicy: lambdaTrust } };

let iam: Iam;
let handler: ResourceHandler;

beforeEach(() => {
  iam = createIam({ clock });
  handler = iamRole({ iam, clock });
});

const assumable = (arn: string) => refusalOf(() => iam.assumeRole(arn, "lambda.amazonaws.com")) === "nothing";

describe("aws:iam/role:Role", () => {
  test("makes a role with every output of the AWS provider", async () => {
    expect(await handler.create(role)).toEqual({
      id: "RelayServer",
      outputs: {
        arn: "arn:aws:iam::000000000000:role/RelayServer",
        assumeRolePolicy: lambdaTrust,
        createDate: "2026-01-01T00:00:00.000Z",
        description: "",
        forceDetachPolicies: false,
        managedPolicyArns: [],
        maxSessionDuration: 3600,
        name: "RelayServer",
        path: "/",
        tags: {},
        tagsAll: {},
        uniqueId: expect.stringMatching(/^AROA[0-9A-F]{17}$/),
      },
    });
    expect(assumable("arn:aws:iam::000000000000:role/RelayServer")).toBe(true);
  });

  test("takes a name and a path of its own", async () => {
    const inputs = { ...role.inputs, name: "relay", path: "/synapse/", tags: { team: "media" } };
    const { id, outputs } = await handler.create({ ...role, inputs });
    expect([id, outputs.arn]).toEqual(["relay", "arn:aws:iam::000000000000:role/synapse/relay"]);
    expect(outputs.tagsAll).toEqual({ team: "media" });
    expect(assumable("arn:aws:iam::000000000000:role/synapse/relay")).toBe(true);
  });

  test("refuses a second role of the same name", async () => {
    await handler.create(role);
    await expect(handler.create(role)).rejects.toThrow(
      'aws:iam/role:Role "RelayServer": Role with name RelayServer already exists.',
    );
  });

  test("refuses a trust policy that is not understood, and an input that is not known", async () => {
    await expect(handler.create({ ...role, inputs: { assumeRolePolicy: "{}" } })).rejects.toThrow(
      'aws:iam/role:Role "RelayServer": The policy is not valid: Version: element "Version" is missing.',
    );
    const managed = { ...role.inputs, managedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"] };
    await expect(handler.create({ ...role, inputs: managed })).rejects.toThrow(
      'aws:iam/role:Role "RelayServer": input managedPolicyArns is not supported',
    );
  });

  test("does not rename a role, and deletes it so that its name is free again", async () => {
    const created = await handler.create(role);
    await expect(
      handler.update(created, { ...role, inputs: { ...role.inputs, name: "relay" } }),
    ).rejects.toThrow("name cannot change: the resource must be replaced");
    expect(assumable("arn:aws:iam::000000000000:role/RelayServer")).toBe(true);
    await handler.delete(created);
    expect(assumable("arn:aws:iam::000000000000:role/RelayServer")).toBe(false);
    expect((await handler.create(role)).id).toBe("RelayServer");
  });
});
