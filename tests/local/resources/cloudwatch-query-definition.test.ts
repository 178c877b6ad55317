import { expect, test } from "@jest/globals";
import { cloudwatchQueryDefinition } from "../../../local/resources/cloudwatch-query-definition.ts";

const type = "aws:cloudwatch/queryDefinition:QueryDefinition";
const inputs = {
  name: "synapse-d/dev/What fails",
  logGroupNames: ["/synapse-d/dev/RelayServer"],
  queryString: 'filter outcome = "failed"',
};

test("a query is kept under its name, and another name is a change in place", async () => {
  const handler = cloudwatchQueryDefinition();
  const created = await handler.create({ type, name: "fails", inputs });
  const renamed = { ...inputs, name: "synapse-d/dev/What fails by our fault" };
  const updated = await handler.update(created, { type, name: "fails", inputs: renamed });
  expect(updated.id).toBe(created.id);
  expect((await handler.read(updated))?.outputs).toMatchObject(renamed);
  await handler.delete(updated);
  expect(await handler.read(updated)).toBeUndefined();
});

test.each([
  ["name", { ...inputs, name: "synapse-d/dev/" }],
  ["name", { ...inputs, name: "what: fails" }],
  ["queryString", { ...inputs, queryString: "" }],
  ["logGroupNames", { ...inputs, logGroupNames: Array.from({ length: 51 }, (_, each) => `/group/${each}`) }],
])("what CloudWatch does not take is refused: %s", async (property, bent) => {
  const creating = cloudwatchQueryDefinition().create({ type, name: "fails", inputs: bent });
  await expect(creating).rejects.toThrow(property);
});
