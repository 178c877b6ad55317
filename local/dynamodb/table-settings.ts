import { type RecoveryWindow, recoveryDays } from "./table-history.ts";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTimeToLive.html */
export function timeToLiveDescription(attribute: string | undefined) {
  const TimeToLiveDescription =
    attribute === undefined
      ? { TimeToLiveStatus: "DISABLED" }
      : { TimeToLiveStatus: "ENABLED", AttributeName: attribute };
  return { TimeToLiveDescription };
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContinuousBackups.html */
export function continuousBackupsDescription(window: RecoveryWindow | undefined) {
  const PointInTimeRecoveryDescription = window
    ? {
        PointInTimeRecoveryStatus: "ENABLED",
        RecoveryPeriodInDays: recoveryDays,
        EarliestRestorableDateTime: window.earliest,
        LatestRestorableDateTime: window.latest,
      }
    : { PointInTimeRecoveryStatus: "DISABLED" };
  return {
    ContinuousBackupsDescription: { ContinuousBackupsStatus: "ENABLED", PointInTimeRecoveryDescription },
  };
}
