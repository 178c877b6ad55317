import { expect, test } from "@jest/globals";
import { SecretsManagerClient } from "../../../functions/shared/aws/secrets-manager.ts";
import { secretReader } from "../../../functions/shared/secrets.ts";
import { endpointForEachTest, grant } from "../../local/endpoint/running-endpoint.ts";
import { straight } from "../straight.ts";

const aws = endpointForEachTest();

test("a secret is asked for once in five minutes, and a rotated one is taken up then", async () => {
  const arn = aws.secrets.put("stripe-key", "old\n");
  grant(aws, "secretsmanager:GetSecretValue", arn);
  const client = new SecretsManagerClient();
  aws.clients.push(client);
  let now = 1_800_000_000_000;
  const { read } = secretReader(client, straight, () => now);
  expect(await read(arn)).toBe("old");
  aws.secrets.put("stripe-key", "new");
  now += 299_999;
  expect(await read(arn)).toBe("old");
  now += 1;
  expect(await read(arn)).toBe("new");
});

test("an empty secret is a fault with a name", async () => {
  const arn = aws.secrets.put("stripe-key", " \n");
  grant(aws, "secretsmanager:GetSecretValue", arn);
  const client = new SecretsManagerClient();
  aws.clients.push(client);
  await expect(secretReader(client, straight, () => 0).read(arn)).rejects.toMatchObject({
    code: "secret_invalid",
  });
});

test("a binary secret is one too", async () => {
  const client = { send: async () => ({ SecretBinary: new Uint8Array([1]) }) };
  const { read } = secretReader(client as unknown as SecretsManagerClient, straight, () => 0);
  await expect(read("arn")).rejects.toMatchObject({ code: "secret_invalid" });
});
