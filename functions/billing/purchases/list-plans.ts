import { onFirstCall, readEnvironment } from "../../shared/environment.ts";
import { type Telemetry, telemetry } from "../../shared/telemetry.ts";
import type { Plans } from "../access/plans.ts";
import type { PlansListed } from "../callers/answers.ts";
import { answer, type HttpAnswer, readRequest } from "../callers/http.ts";
import { readCorsOrigins, readPlans } from "./purchase-settings.ts";

export interface Environment {
  /** JSON of the plans that are sold, by id. */
  readonly PLANS: string;
  /** JSON array of the origins whose pages may read the answer. */
  readonly CORS_ORIGINS: string;
}

interface ListPorts {
  readonly telemetry: Telemetry;
  readonly plans: Plans;
  readonly corsOrigins: readonly string[];
}

/** `GET /plans`, for anybody: what is sold, without Stripe's ids. */
export const listPlans = ({ telemetry, plans, corsOrigins }: ListPorts) => {
  return (event: unknown): Promise<HttpAnswer> =>
    telemetry.observe("plans", async (line) => {
      const request = readRequest(event);
      line.add({ requestId: request.requestId, outcome: "listed" });
      const listed = Object.entries(plans).map(([id, { name, group, limits, trialDays = 0 }]) => ({
        id,
        name,
        group,
        trialDays,
        limits,
      }));
      const body: PlansListed = { plans: listed };
      return answer(request, corsOrigins, 200, body);
    });
};

export const handler = onFirstCall(() => {
  const environment = readEnvironment<Environment>({ PLANS: "required", CORS_ORIGINS: "required" });
  return listPlans({
    telemetry: telemetry("list-plans"),
    plans: readPlans(environment.PLANS),
    corsOrigins: readCorsOrigins(environment.CORS_ORIGINS),
  });
});
