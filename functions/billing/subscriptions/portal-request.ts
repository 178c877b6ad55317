import * as v from "valibot";

/** What `POST /portal` takes: nothing. Whose page it is, the token says; where it leads back to, the team. */
export const portalRequest = v.strictObject({});
