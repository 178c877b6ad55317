import * as v from "valibot";

/** What `POST /proofs` takes. `clientId` goes with VIEWER and PEER, never with MASTER. */
export const proofRequest = v.strictObject({
  channel: v.pipe(v.string(), v.regex(/^[a-zA-Z0-9_.-]{1,256}$/)),
  role: v.picklist(["MASTER", "VIEWER", "PEER"]),
  clientId: v.optional(v.pipe(v.string(), v.regex(/^[a-zA-Z0-9_.-]{1,256}$/))),
});

export type ProofRequest = v.InferOutput<typeof proofRequest>;
