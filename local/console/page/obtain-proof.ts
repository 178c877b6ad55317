import * as v from "valibot";
import { askService } from "./ask-service.ts";
import type { Identity } from "./identity.ts";
import { obtainToken } from "./obtain-token.ts";
import type { Services } from "./services.ts";

export type ProofOutcome =
  | { readonly kind: "proof"; readonly proof: string; readonly url: string }
  | { readonly kind: "refused"; readonly words: string };

const proofAnswer = v.object({ proof: v.string(), url: v.string() });

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
