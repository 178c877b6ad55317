import * as v from "valibot";
import type { Identity } from "./identity.ts";
import type { Services } from "./services.ts";

export type ProofOutcome =
  | { readonly kind: "proof"; readonly proof: string; readonly url: string }
  | { readonly kind: "refused"; readonly words: string };

const tokenAnswer = v.object({ access_token: v.string() });
const proofAnswer = v.object({ proof: v.string(), url: v.string() });
const refusalAnswer = v.object({
  code: v.optional(v.string()),
  detail: v.optional(v.string()),
  error: v.optional(v.string()),
  error_description: v.optional(v.string()),
});

/** Gets a token for the user from the issuer, and with it a proof from the billing API. */
export async function obtainProof(services: Services, identity: Identity): Promise<ProofOutcome> {
  const { user, channel, role, clientId } = identity;
  const token = await post("The issuer", tokenAnswer, `${services.issuer}/token`, {
    body: new URLSearchParams({ sub: user }),
  });
  if (token.kind === "refused") return token;
  const answer = await post("The billing API", proofAnswer, `${services.billing}/proofs`, {
    headers: { authorization: `Bearer ${token.answer.access_token}`, "content-type": "application/json" },
    body: JSON.stringify({ channel, role, ...(clientId !== undefined && { clientId }) }),
  });
  return answer.kind === "refused" ? answer : { kind: "proof", ...answer.answer };
}

type PostOutcome<Answer> =
  | { readonly kind: "answered"; readonly answer: Answer }
  | { readonly kind: "refused"; readonly words: string };

async function post<Schema extends v.GenericSchema>(
  service: string,
  schema: Schema,
  url: string,
  request: RequestInit,
): Promise<PostOutcome<v.InferOutput<Schema>>> {
  let status: number;
  let body: unknown;
  try {
    const response = await fetch(url, { method: "POST", ...request });
    status = response.status;
    body = await response.json();
  } catch {
    return {
      kind: "refused",
      words: `${service} gave no answer that this page may read: it is down, it answered without JSON, or it does not list this page's origin for CORS.`,
    };
  }
  const answer = v.safeParse(schema, body);
  if (status < 300 && answer.success) return { kind: "answered", answer: answer.output };
  return { kind: "refused", words: `${service} refused: ${refusalWords(status, body)}` };
}

function refusalWords(status: number, body: unknown): string {
  const refusal = v.safeParse(refusalAnswer, body);
  const { code, detail, error, error_description } = refusal.success ? refusal.output : {};
  const cause = [status, code ?? error].filter((part) => part !== undefined).join(" ");
  const words = detail ?? error_description;
  return words === undefined ? `${cause}.` : `${words} (${cause})`;
}
