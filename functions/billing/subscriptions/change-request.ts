import * as v from "valibot";

/** Whose subscription of the caller's: needed only by one who has live ones in several plan groups. */
const group = v.optional(v.string());

/** What `POST /subscription/cancel`, `/resume` and `/change` take. */
export const changeRequests = {
  cancel: v.strictObject({ group }),
  resume: v.strictObject({ group }),
  change: v.strictObject({ plan: v.string() }),
} as const;

export type ChangeAction = keyof typeof changeRequests;

/** A checked request; `group` undefined: the only one that the caller has. */
export type WantedChange =
  | { readonly action: "cancel"; readonly group: string | undefined }
  | { readonly action: "resume"; readonly group: string | undefined }
  | { readonly action: "change"; readonly planId: string; readonly group: string };
