import { expect, test } from "@jest/globals";
import { startIssuer } from "../../../local/issuer/issuer.ts";
import { advanceClock, userToken } from "../running-program.ts";
import { sharedProgram } from "../shared-program.ts";
import { whileHoursPass } from "../while-hours-pass.ts";

const program = sharedProgram();
const ready = () => program.ready;

const routes = [
  ["GET", "/subscription"],
  ["POST", "/subscriptions", { plan: "team", mode: "in_app", customer: { name: "Ann", country: "DE" } }],
  ["POST", "/subscription/cancel", {}],
  ["POST", "/subscription/resume", {}],
  ["POST", "/subscription/change", { plan: "studio" }],
  ["POST", "/portal", {}],
  ["POST", "/proofs", { channel: "who-may-call", role: "MASTER" }],
] as const;

let keys = 0;
async function call([method, path, body]: (typeof routes)[number], token?: string) {
  const answer = await fetch(`${program.ready.billing}${path}`, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body && { "content-type": "application/json" }),
      "idempotency-key": `who-may-call-number-${++keys}`,
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const form = async (issuer: string, fields: Record<string, string>) => {
  const answer = await fetch(`${issuer}/token`, { method: "POST", body: new URLSearchParams(fields) });
  return ((await answer.json()) as { access_token: string }).access_token;
};

/** Of another issuer, whose key ours does not publish. */
async function ofAnotherIssuer(): Promise<string> {
  const clock = { now: () => Date.now() };
  const other = await startIssuer({
    clock,
    token: "o".repeat(43),
    audience: "synapse-d",
    consoleOrigin: () => "",
  });
  const token = await form(other.issuer, { sub: "ann" });
  await other.close();
  return token;
}

const unsigned = (token: string) =>
  `${Buffer.from('{"alg":"none"}').toString("base64url")}.${token.split(".")[1]}.`;
const forged = (token: string) => {
  const [header, payload, signature] = token.split(".");
  const claims = JSON.parse(Buffer.from(payload ?? "", "base64url").toString());
  const bent = Buffer.from(JSON.stringify({ ...claims, sub: "ann" })).toString("base64url");
  return `${header}.${bent}.${signature}`;
};

/** On a busy machine the issuer may not answer in time. That is told, and the call can be repeated five seconds later. */
async function callOnceMore(route: (typeof routes)[number], token?: string): ReturnType<typeof call> {
  const answer = await call(route, token);
  if (answer.body.code !== "keys_unavailable") return answer;
  await advanceClock(program.ready, 5_000);
  return call(route, token);
}

async function isRefused(code: string, token: string | undefined): Promise<void> {
  const answers = await Promise.all(
    routes.map(async (route) => [route[1], await callOnceMore(route, token)] as const),
  );
  expect(answers.map(([path, { status, body }]) => [path, status, body.code])).toEqual(
    routes.map(([, path]) => [path, 401, code]),
  );
}

test.each<[string, string, () => Promise<string | undefined>]>([
  ["no token", "token_missing", async () => undefined],
  ["one of another issuer", "token_key_unknown", ofAnotherIssuer],
  [
    "one for another audience",
    "token_audience_wrong",
    () => form(program.ready.issuer, { sub: "ann", audience: "another" }),
  ],
  ["alg none", "token_algorithm_refused", async () => unsigned(await userToken(program.ready, "ann"))],
  [
    "another user's, bent",
    "token_signature_invalid",
    async () => forged(await userToken(program.ready, "eve")),
  ],
])("%s is 401 %s on every route", async (_, code, tokenOf) => {
  await isRefused(code, await tokenOf());
});

whileHoursPass("a token that has expired is 401 token_expired on every route", ready, async function* () {
  const token = await userToken(program.ready, "ann");
  yield 3_606_000;
  await isRefused("token_expired", token);
});

test("plans are for anybody", async () => {
  expect((await fetch(`${program.ready.billing}/plans`)).status).toBe(200);
});

test("the right token reaches its own, and another user's reaches nothing of it", async () => {
  const own = await userToken(program.ready, "ann");
  const others = await userToken(program.ready, "eve");
  const statuses = async (token: string, buys: boolean) => {
    const found: unknown[] = [];
    for (const route of routes) {
      if (route[1] === "/subscriptions" && !buys) continue;
      const { status, body } = await call(route, token);
      found.push([route[1], status, body.code ?? body.status]);
    }
    return found;
  };
  expect(await statuses(own, true)).toEqual([
    ["/subscription", 200, "none"],
    ["/subscriptions", 201, "incomplete"],
    ["/subscription/cancel", 404, "subscription_missing"],
    ["/subscription/resume", 404, "subscription_missing"],
    ["/subscription/change", 404, "subscription_missing"],
    ["/portal", 201, undefined],
    ["/proofs", 201, undefined],
  ]);
  expect((await call(routes[0], own)).body).toMatchObject({ status: "incomplete", pending: true });
  expect(await statuses(others, false)).toEqual([
    ["/subscription", 200, "none"],
    ["/subscription/cancel", 404, "subscription_missing"],
    ["/subscription/resume", 404, "subscription_missing"],
    ["/subscription/change", 404, "subscription_missing"],
    ["/portal", 404, "customer_missing"],
    ["/proofs", 403, "channel_taken"],
  ]);
});
