import { Failure } from "../../shared/failure.ts";
import type { ExplainFault } from "./serve-caller.ts";

/** A fault of the issuer, of DynamoDB, or of ours. */
export const explainFailure: ExplainFault = (error) => {
  if (!(error instanceof Failure) || !error.retryable) return { code: "internal", logged: error };
  const isIssuer = error.code.startsWith("issuer_");
  return { code: isIssuer ? "keys_unavailable" : "storage_unavailable", logged: error };
};
