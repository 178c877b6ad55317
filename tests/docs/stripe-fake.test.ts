import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { Stripe } from "stripe";
import { AdvanceableClock } from "../../local/clock.ts";
import { transitions } from "../../local/stripe/billing/subscription-states.ts";
import { testCards } from "../../local/stripe/billing/test-cards.ts";
import { routes } from "../../local/stripe/routes.ts";
import { settings } from "../../local/stripe/settings.ts";
import { startStripe } from "../../local/stripe/stripe.ts";
import { deliveryFault } from "../../local/stripe/webhooks/delivery-faults.ts";
import { allIn, columns, sourceNamed, tableUnder, textOf } from "./document.ts";

const document = "docs/stripe-fake.md";

test("the transitions are those of the table in the code, each with its page", () => {
  const documented = tableUnder(document, "Transitions").map(([from, on, to, page = ""]) => {
    const [, url, inferred] = /\((\S+)\)(, inferred)?$/.exec(page) ?? [];
    return [from, on, to, url, inferred !== undefined];
  });
  expect(documented).toEqual(
    transitions.map(({ from, on, to, page, inferred = false }) => [from, on, to, page, inferred]),
  );
});

test("the paths are those that the API has, without what stands below them", () => {
  const documented = tableUnder(document, "What it models").flatMap(([, paths = ""]) =>
    allIn(paths, /(\/v[12]\/[\w/]+)/g),
  );
  const below = (path: string) => documented.some((one) => path === one || path.startsWith(`${one}/`));
  expect(routes.map(({ path }) => path).filter((path) => !below(path))).toEqual([]);
  expect(documented.filter((one) => !routes.some(({ path }) => path === one))).toEqual([]);
});

test("the test payment methods are those of the code", () => {
  expect(columns(tableUnder(document, "Test payment methods"), 0).flat()).toEqual(Object.keys(testCards));
});

test("the routes of the control API are those it serves, and their fields those of the schemas", () => {
  const source = sourceNamed("local/stripe", "stripe-control-routes.ts");
  const single = [...source.matchAll(/method: "([A-Z]+)",\s+path: "([^"]+)"/g)].map(
    ([, method, path]) => `${method} ${path}`,
  );
  const lists = allIn(source, /listRoutes\("([^"]+)"/g).flatMap((path) => [`GET ${path}`, `PUT ${path}`]);
  const rows = tableUnder(document, "Control");
  expect(columns(rows, 0).flat().toSorted()).toEqual([...single, ...lists].sort());
  const fields = (route: string) => allIn(rows.find(([name]) => name === route)?.[1] ?? "", /"(\w+)"/g);
  expect(fields("PUT /settings")).toEqual(Object.keys(settings.entries).sort());
  expect(fields("PUT /deliveries")).toEqual(Object.keys(deliveryFault.entries).sort());
});

test("the example renews a subscription", async () => {
  const folder = mkdtempSync(join(tmpdir(), "synapse-d-stripe-fake-"));
  const file = join(folder, "example.mjs");
  writeFileSync(file, /```js\n([\s\S]*?)```/.exec(textOf(document))?.[1] ?? "");
  const { renewOnce } = (await import(file)) as { renewOnce(local: object): Promise<string[]> };
  rmSync(folder, { recursive: true });
  expect(await renewOnce({ AdvanceableClock, startStripe, Stripe })).toEqual(["paid 2000", "paid 2000"]);
});
