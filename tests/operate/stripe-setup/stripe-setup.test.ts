import { Readable } from "node:stream";
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { HttpResponse } from "@smithy/core/protocols";
import { eventTypes } from "../../../functions/billing/webhook/webhook-events.ts";
import type { Stack } from "../../../operate/stack.ts";
import { readSetupArguments } from "../../../operate/stripe-setup/setup-options.ts";
import { setUp, stripeSetup } from "../../../operate/stripe-setup/stripe-setup.ts";
import { type RunningStripe, runStripe } from "../../local/stripe/running-stripe.ts";

let running: RunningStripe;
let stored: Record<string, string>;
let puts: number;
let failingPut: Error | undefined;
beforeEach(async () => {
  running = await runStripe();
  stored = { key: running.fake.secretKey, hook: "whsec_placeholder" };
  puts = 0;
  failingPut = undefined;
});
afterEach(() => running.fake.close());

const secrets = {
  send: async (command: object) => {
    if (command instanceof GetSecretValueCommand) {
      return { SecretString: stored[command.input.SecretId ?? ""] };
    }
    if (!(command instanceof PutSecretValueCommand)) throw new Error("another command");
    if (failingPut) throw failingPut;
    puts += 1;
    stored[command.input.SecretId ?? ""] = command.input.SecretString ?? "";
    return {};
  },
} as unknown as SecretsManagerClient;

/** Through which the functions' own client reads the same secrets. */
const requestHandler = {
  handle: async ({ body }: { readonly body?: Buffer }) => {
    const { SecretId } = JSON.parse(String(body));
    const answer = JSON.stringify({ SecretString: stored[SecretId] });
    return { response: new HttpResponse({ statusCode: 200, body: Readable.from([answer]) }) };
  },
  destroy: () => {},
};
const credentials = { accessKeyId: "AKID", secretAccessKey: "secret" };

const billingUrl = "http://127.0.0.1:9/v1";
const stackOf = (plans: Stack["plans"]): Stack => ({
  ...{
    sqs: undefined as never,
    dynamodb: undefined as never,
    secrets,
    configuration: { region: "us-east-1", credentials, requestHandler },
    queues: {},
    tables: {},
    billingUrl,
    plans,
  },
  stripe: { secretKeyArn: "key", webhookSecretArns: ["hook", "old"], apiUrl: running.fake.url },
});
const plans = {
  team: { name: "Team", priceId: "price_replace_with_yours_team" },
  studio: { name: "Studio", priceId: "price_replace_with_yours_studio" },
};
const costs = ["--price", "team=1900usd/month", "--price", "studio=19000eur/year"];

async function run(more: readonly string[] = costs, sold: Stack["plans"] = plans) {
  const options = readSetupArguments(["--stack", "prod", ...more]);
  if (!options) throw new Error("expected options");
  const lines: string[] = [];
  await setUp(stackOf(sold), options, { print: (line) => void lines.push(line) });
  return lines;
}
const endpoints = async () => (await running.stripe.webhookEndpoints.list()).data;
const prices = async () => (await running.stripe.prices.list()).data;

describe("an empty account", () => {
  test("gets a price for each plan and an endpoint, and nothing more by a second run", async () => {
    const first = await run();
    const [studio, team] = await prices();
    const [endpoint] = await endpoints();
    expect(first).toEqual([
      `plan team  ${team?.id}  made`,
      `plan studio  ${studio?.id}  made`,
      `webhook  ${endpoint?.id}  made`,
      "secret  hook  stored",
      "Then tell the stack, and deploy it again:",
      `  npx pulumi config set --stack prod --path synapse-d:plans.team.priceId ${team?.id}`,
      `  npx pulumi config set --stack prod --path synapse-d:plans.studio.priceId ${studio?.id}`,
    ]);
    expect(team).toMatchObject({
      ...{ product: "synapse-d-team", unit_amount: 1_900, currency: "usd", lookup_key: "synapse-d:team" },
      recurring: { interval: "month", interval_count: 1 },
    });
    expect((await running.stripe.products.retrieve("synapse-d-studio")).name).toBe("Studio");
    expect(endpoint).toMatchObject({
      ...{ url: "http://127.0.0.1:9/v1/stripe/webhook", api_version: "2026-10-28.endive" },
      ...{ enabled_events: Object.keys(eventTypes), status: "enabled" },
    });
    expect(stored.hook).toMatch(/^whsec_(?!placeholder)/);

    const secret = stored.hook;
    const again = await run([]);
    expect(again.slice(0, 4)).toEqual([
      `plan team  ${team?.id}  unchanged`,
      `plan studio  ${studio?.id}  unchanged`,
      `webhook  ${endpoint?.id}  unchanged`,
      "secret  hook  unchanged",
    ]);
    const configured = {
      team: { name: "Team", priceId: team?.id ?? "" },
      studio: { name: "Studio", priceId: studio?.id ?? "" },
    };
    expect(await run(costs, configured)).toHaveLength(4);
    expect([(await prices()).length, (await endpoints()).length, puts, stored.hook]).toEqual([
      2,
      1,
      1,
      secret,
    ]);
  });

  test("is left as it is by a dry run", async () => {
    expect(await run([...costs, "--dry-run"])).toEqual([
      "plan team  a new price  would be made",
      "plan studio  a new price  would be made",
      "webhook  a new endpoint  would be made",
      "secret  hook  would be stored",
    ]);
    expect([await prices(), await endpoints(), puts]).toEqual([[], [], 0]);
  });

  test("needs to be told what a plan costs", async () => {
    await expect(run([])).rejects.toThrow(
      'plan "team" has no price at Stripe; say what it costs, such as --price team=1900usd/month',
    );
    await expect(run(["--price", "gold=1usd/day"])).rejects.toThrow(
      'there is no plan "gold"; expected team, studio',
    );
  });
});

describe("prices", () => {
  test("that are configured are kept, and get the plan's key", async () => {
    const product = (await running.stripe.products.create({ name: "By hand" })).id;
    const recurring = { interval: "month" } as const;
    const own = await running.stripe.prices.create({ product, currency: "usd", unit_amount: 500, recurring });
    const sold = { team: { name: "Team", priceId: own.id } };
    expect((await run(["--dry-run"], sold))[0]).toBe(`plan team  ${own.id}  would be changed`);
    expect((await run([], sold))[0]).toBe(`plan team  ${own.id}  changed`);
    expect((await run([], sold))[0]).toBe(`plan team  ${own.id}  unchanged`);
    expect((await prices()).map(({ lookup_key }) => lookup_key)).toEqual(["synapse-d:team"]);
  });

  test("cannot be changed: another cost makes a new one, of the same product, to which the key goes", async () => {
    const sold = { team: plans.team };
    await run(["--price", "team=1900usd/month"], sold);
    const dearer = ["--price", "team=2900usd/month"];
    const [line] = await run(dearer, sold);
    const [now, before] = await prices();
    expect(line).toBe(`plan team  ${now?.id}  made`);
    expect([now, before]).toMatchObject([
      { unit_amount: 2_900, product: "synapse-d-team", lookup_key: "synapse-d:team" },
      { unit_amount: 1_900, product: "synapse-d-team", lookup_key: null, active: true },
    ]);
    expect((await run(dearer, sold))[0]).toBe(`plan team  ${now?.id}  unchanged`);
  });
});

describe("the webhook endpoint", () => {
  const none = {};

  test("whose secret could not be stored is made anew", async () => {
    failingPut = new Error("access denied");
    await expect(run([], none)).rejects.toThrow("access denied");
    const [lost] = await endpoints();
    failingPut = undefined;
    expect((await run(["--dry-run"], none))[0]).toBe("webhook  a new endpoint  would be made");
    expect(await endpoints()).toHaveLength(1);
    const [line] = await run([], none);
    const all = await endpoints();
    expect([all.length, line]).toEqual([1, `webhook  ${all[0]?.id}  made`]);
    expect(all[0]?.id).not.toBe(lost?.id);
    expect((await run([], none))[1]).toBe("secret  hook  unchanged");
  });

  test("gets back its events, and is switched on again", async () => {
    await run([], none);
    const [made] = await endpoints();
    const id = made?.id ?? "";
    await running.stripe.webhookEndpoints.update(id, { enabled_events: ["invoice.paid"], disabled: true });
    expect((await run(["--dry-run"], none))[0]).toBe(`webhook  ${id}  would be changed`);
    expect((await run([], none))[0]).toBe(`webhook  ${id}  changed`);
    expect(await endpoints()).toMatchObject([{ status: "enabled", enabled_events: Object.keys(eventTypes) }]);
    expect((await run([], none))[0]).toBe(`webhook  ${id}  unchanged`);
  });

  test("that somebody made by hand is kept, and its secret is not judged", async () => {
    const { id } = await running.stripe.webhookEndpoints.create({
      ...{ url: `${billingUrl}/stripe/webhook`, api_version: "2026-10-28.endive" },
      enabled_events: ["*"],
    });
    expect(await run([], none)).toEqual([
      `webhook  ${id}  changed`,
      "secret  hook  not checked: the endpoint was not made by this command",
    ]);
    expect(stored.hook).toBe("whsec_placeholder");
  });

  test("of another version, or whose secret is another than the stored one, is a sentence", async () => {
    await run([], none);
    stored.hook = "whsec_other";
    const [made] = await endpoints();
    await expect(run([], none)).rejects.toThrow(
      `hook does not hold the secret of endpoint ${made?.id}: put it there, or delete the endpoint and run this again`,
    );
    await running.stripe.webhookEndpoints.del(made?.id ?? "");
    const { id } = await running.stripe.webhookEndpoints.create({
      ...{ url: `${billingUrl}/stripe/webhook`, api_version: "2025-03-31.basil" },
      enabled_events: ["*"],
    });
    await expect(run([], none)).rejects.toThrow(
      `endpoint ${id} has API version 2025-03-31.basil; expected 2026-10-28.endive: delete it, and run this again`,
    );
  });
});

test("a stack that sells nothing is refused", async () => {
  const options = readSetupArguments(["--stack", "prod"]);
  const { stripe: _, ...stack } = stackOf({});
  if (!options) throw new Error("expected options");
  await expect(setUp(stack, options, { print: () => {} })).rejects.toThrow(
    "the stack sells nothing: it has no synapse-d:stripe",
  );
});

test.each([
  ["--stack prod more", '"more" is too much'],
  ["--price team=1usd/month", "expected one of --stack NAME and --local URL"],
  ["--stack a --price team", '--price is "team"; expected a plan and its cost, such as team=1900usd/month'],
  [
    "--stack a --price team=19.00usd/month",
    '--price is "team=19.00usd/month"; expected a plan and its cost, such as team=1900usd/month',
  ],
  [
    "--stack a --price team=1900usd/fortnight",
    '--price is "team=1900usd/fortnight"; expected a plan and its cost, such as team=1900usd/month',
  ],
])("%j is refused: %s", (text, message) => {
  expect(() => readSetupArguments(text.split(" "))).toThrow(message);
});

test("without arguments the options are told", async () => {
  const lines: string[] = [];
  await stripeSetup([], { print: (line) => void lines.push(line) });
  expect(lines[0]).toBe("npm run stripe:setup -- [options]");
});
