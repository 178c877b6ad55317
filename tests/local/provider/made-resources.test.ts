import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type ProviderUnderTest, providerClient } from "./provider-client.ts";

let aws: ProviderUnderTest;
beforeAll(async () => {
  aws = await providerClient();
});
afterAll(() => aws.stop());

const queue = "aws:sqs/queue:Queue";

describe("an import", () => {
  const inputs = { name: "imported", fifoQueue: false, visibilityTimeoutSeconds: 30, __defaults: ["name"] };
  let url: string;
  beforeAll(async () => {
    url = (await aws.create(queue, "imported", inputs)).id;
  });

  test("gives what was declared and what there is, and the name as the program's own", async () => {
    expect(await aws.read(queue, url, {}, {})).toEqual({
      id: url,
      inputs: { ...inputs, __defaults: [] },
      outputs: expect.objectContaining({ name: "imported", visibilityTimeoutSeconds: 30, url }),
    });
  });

  test("gives what the last update declared, and what was changed behind its back", async () => {
    const { outputs } = await aws.read(queue, url, {}, {});
    await aws.update(queue, url, outputs, { ...inputs, visibilityTimeoutSeconds: 60, delaySeconds: 5 });
    await aws.cloud.services.queues.putQueue({
      ...{ name: "imported", arn: String(outputs.arn) },
      attributes: { VisibilityTimeout: "90", DelaySeconds: "5" },
    });
    expect((await aws.read(queue, url, {}, {})).inputs).toEqual({
      ...{ name: "imported", fifoQueue: false, visibilityTimeoutSeconds: 90, delaySeconds: 5 },
      __defaults: [],
    });
  });

  test("of what is not there says which ids there are", async () => {
    await expect(aws.read(queue, "other", {}, {})).rejects.toThrow(
      `import_unknown: the local cloud has no aws:sqs/queue:Queue with the id "other". It takes the ids that a state has, and has ${url}.`,
    );
    await expect(aws.read("aws:iam/role:Role", "nobody", {}, {})).rejects.toThrow("and has none.");
    const { outputs } = await aws.read(queue, url, {}, {});
    await aws.delete(queue, url, outputs);
    await expect(aws.read(queue, url, {}, {})).rejects.toThrow("and has none.");
  });

  test("of a type that the local cloud does not have names the type", async () => {
    await expect(aws.read("aws:s3/bucket:Bucket", "b", {}, {})).rejects.toThrow("aws:s3/bucket:Bucket");
  });
});
