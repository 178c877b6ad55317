import * as v from "valibot";
import { askService } from "./ask-service.ts";
import type { Identity } from "./identity.ts";
import { obtainToken } from "./obtain-token.ts";
import type { Services } from "./services.ts";

/** What connects a peer. */
export interface Access {
  readonly proof: string;
  readonly url: string;
  /** The relays for its calls, if there are any. */
  readonly iceServers: readonly RTCIceServer[];
}

export type ProofOutcome =
  | ({ readonly kind: "proof" } & Access)
  | { readonly kind: "refused"; readonly words: string };

const iceServer = v.object({ urls: v.array(v.string()), username: v.string(), credential: v.string() });
const proofAnswer = v.object({
  proof: v.string(),
  url: v.string(),
  iceServers: v.optional(v.array(iceServer), []),
});

/** Gets a token for the user from the issuer, and with it a proof from the billing API. */
export async function obtainProof(services: Services, identity: Identity): Promise<ProofOutcome> {
  const { user, channel, role, clientId } = identity;
  const token = await obtainToken(services, user);
  if (token.kind === "refused") return { kind: "refused", words: token.words };
  const answer = await askService("The billing API", proofAnswer, `${services.billing}/proofs`, {
    method: "POST",
    headers: { authorization: `Bearer ${token.answer}`, "content-type": "application/json" },
    body: JSON.stringify({ channel, role, ...(clientId !== undefined && { clientId }) }),
  });
  return answer.kind === "refused"
    ? { kind: "refused", words: answer.words }
    : { kind: "proof", ...answer.answer };
}
