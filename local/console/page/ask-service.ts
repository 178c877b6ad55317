import * as v from "valibot";

export type Asked<Answer> =
  | { readonly kind: "answered"; readonly answer: Answer }
  | { readonly kind: "refused"; readonly words: string; readonly status?: number };

const refusalAnswer = v.object({
  code: v.optional(v.string()),
  detail: v.optional(v.string()),
  error: v.optional(v.string()),
  error_description: v.optional(v.string()),
});

/**
 * Sends a request and reads its JSON answer as `schema`. What is refused is told in words that begin with the name
 * of the service, with the `status` if the service answered at all.
 */
export async function askService<Schema extends v.GenericSchema>(
  service: string,
  schema: Schema,
  url: string,
  request: RequestInit,
): Promise<Asked<v.InferOutput<Schema>>> {
  let status: number;
  let body: unknown;
  try {
    const response = await fetch(url, request);
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
  return { kind: "refused", words: `${service} refused: ${refusalWords(status, body)}`, status };
}

function refusalWords(status: number, body: unknown): string {
  const refusal = v.safeParse(refusalAnswer, body);
  const { code, detail, error, error_description } = refusal.success ? refusal.output : {};
  const cause = [status, code ?? error].filter((part) => part !== undefined).join(" ");
  const words = detail ?? error_description;
  return words === undefined ? `${cause}.` : `${words} (${cause})`;
}
