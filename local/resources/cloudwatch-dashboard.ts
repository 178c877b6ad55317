import * as v from "valibot";
import { account, localArn } from "../account.ts";
import { type ResourceHandler, resourceHandler } from "./resource-handler.ts";

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html */
const inputs = v.strictObject({
  dashboardName: v.pipe(v.string(), v.regex(/^[\w-]{1,255}$/, "expected a dashboard name")),
  dashboardBody: v.pipe(
    v.string(),
    v.check((text) => {
      const body = v.safeParse(
        v.pipe(v.string(), v.parseJson(), v.object({ widgets: v.array(v.object({})) })),
        text,
      );
      return body.success && body.output.widgets.length <= 500;
    }, "expected the JSON of at most 500 widgets"),
  ),
});

/** `aws:cloudwatch/dashboard:Dashboard`. It is kept, and shows nothing: there are no metrics here. */
export function cloudwatchDashboard(): ResourceHandler {
  const dashboards = new Set<string>();
  const put = (dashboard: v.InferOutput<typeof inputs>) => {
    const { dashboardName: name } = dashboard;
    dashboards.add(name);
    const dashboardArn = localArn("cloudwatch", `dashboard/${name}`);
    return { id: name, outputs: { ...dashboard, dashboardArn, region: account.region } };
  };
  return resourceHandler({
    type: "aws:cloudwatch/dashboard:Dashboard",
    inputs,
    create: put,
    replacedBy: ["dashboardName"],
    identifiedBy: ["dashboardName"],
    read: ({ id }) => (dashboards.has(id) ? {} : undefined),
    update: (_existing, dashboard) => put(dashboard),
    delete: ({ id }) => void dashboards.delete(id),
  });
}
