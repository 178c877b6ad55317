import { expect, test } from "@jest/globals";
import { cloudwatchDashboard } from "../../../local/resources/cloudwatch-dashboard.ts";

const type = "aws:cloudwatch/dashboard:Dashboard";
const inputs = { dashboardName: "synapse-d-dev", dashboardBody: '{"widgets":[]}' };

test("a dashboard is kept as it is declared until it is deleted", async () => {
  const handler = cloudwatchDashboard();
  const created = await handler.create({ type, name: "operations", inputs });
  expect(created).toMatchObject({
    id: "synapse-d-dev",
    outputs: { ...inputs, dashboardArn: "arn:aws:cloudwatch:us-east-1:000000000000:dashboard/synapse-d-dev" },
  });
  const changed = { ...inputs, dashboardBody: '{"widgets":[{}]}' };
  const updated = await handler.update(created, { type, name: "operations", inputs: changed });
  expect((await handler.read(updated))?.outputs).toMatchObject(changed);
  await handler.delete(updated);
  expect(await handler.read(updated)).toBeUndefined();
});

test.each([
  ["dashboardName", { ...inputs, dashboardName: "with space" }],
  ["dashboardBody", { ...inputs, dashboardBody: "widgets" }],
  ["dashboardBody", { ...inputs, dashboardBody: "[]" }],
])("what CloudWatch does not take is refused: %s", async (property, bent) => {
  const creating = cloudwatchDashboard().create({ type, name: "operations", inputs: bent });
  await expect(creating).rejects.toThrow(property);
});
