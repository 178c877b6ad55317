import * as v from "valibot";
import { type Asked, askService } from "./ask-service.ts";
import type { Services } from "./services.ts";

const tokenAnswer = v.object({ access_token: v.string() });

/** Gets an access token for the user from the local issuer. */
export async function obtainToken({ issuer }: Services, user: string): Promise<Asked<string>> {
  const token = await askService("The issuer", tokenAnswer, `${issuer}/token`, {
    method: "POST",
    body: new URLSearchParams({ sub: user }),
  });
  return token.kind === "refused" ? token : { kind: "answered", answer: token.answer.access_token };
}
