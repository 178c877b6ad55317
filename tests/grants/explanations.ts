/** Who, what, and why a static pass sees it wrongly, or not at all. */
export interface Explanation {
  readonly role: string;
  readonly permission: string;
  readonly because: string;
}

/** Roles whose actions no bundle of ours decides. */
export const rolesOfOthers: Readonly<Record<string, string>> = {
  "tables-backup": "AWS Backup acts by it; the actions are those that its documentation lists.",
};

const telemetry =
  "The name is that of another port's method, the telemetry's `write`; this port's is never called.";
/** What a bundle seems to need and does not. */
export const neverCalled: readonly Explanation[] = [
  { role: "PeerConnectionHandler", permission: "dynamodb:UpdateItem pairs", because: telemetry },
  {
    role: "ProjectionWorker",
    permission: "dynamodb:GetItem customers",
    because: "The name is that of another port's method, the secrets' `read`; the row is read by its update.",
  },
];
