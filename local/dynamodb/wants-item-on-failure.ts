import { AwsError } from "../aws-error.ts";

/** Whether a write asks for the item when its condition fails. Throws AwsError for another wish. */
export function wantsItemOnFailure(request: unknown): boolean {
  const wish = (request as Record<string, unknown>).ReturnValuesOnConditionCheckFailure;
  if (wish === undefined || wish === null || wish === "NONE") return false;
  if (wish === "ALL_OLD") return true;
  throw new AwsError(
    "ValidationException",
    400,
    "ReturnValuesOnConditionCheckFailure can only be ALL_OLD or NONE",
  );
}
