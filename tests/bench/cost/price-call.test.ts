import { expect, test } from "@jest/globals";
import { breakEvenCalls, priceCall, priceKvsCall, total } from "../../../bench/cost/price-call.ts";
import { prices as listPrices } from "../../../bench/cost/prices.ts";

const price = (dollars: number, per: number) => ({
  dollars,
  per,
  page: "https://a.example/",
  asOf: "2026-01-01",
});
const prices = {
  webSocketMessage: price(1, 1_000_000),
  connectionMinute: price(0.25, 1_000_000),
  lambdaRequest: price(0.2, 1_000_000),
  lambdaGigabyteSecond: price(0.00001, 1),
  readRequestUnit: price(0.125, 1_000_000),
  writeRequestUnit: price(0.625, 1_000_000),
  logGigabyte: price(0.5, 1),
  kvsSignalingMessage: price(2.25, 1_000_000),
  kvsActiveChannelMonth: price(0.03, 1),
};
const usage = {
  messages: 44,
  connectionMinutes: 2,
  invocations: 28,
  gigabyteSeconds: 0.2,
  readRequestUnits: 4,
  writeRequestUnits: 14,
  logGigabytes: 0.00002,
  unpriced: [],
};

test("a million calls cost their quantities times the prices", () => {
  const lines = priceCall(usage, prices);
  expect(lines.map(({ price, quantity, dollars }) => [price, quantity, dollars.toFixed(4)])).toEqual([
    ["webSocketMessage", 44, "44.0000"],
    ["connectionMinute", 2, "0.5000"],
    ["lambdaRequest", 28, "5.6000"],
    ["lambdaGigabyteSecond", 0.2, "2.0000"],
    ["readRequestUnit", 4, "0.5000"],
    ["writeRequestUnit", 14, "8.7500"],
    ["logGigabyte", 0.00002, "10.0000"],
  ]);
  expect(total(lines).toFixed(2)).toBe("71.35");
});

test("KVS charges each frame, once or twice", () => {
  expect(priceKvsCall(22, prices)).toEqual({ once: 49.5, twice: 99 });
});

test("KVS's charge for a channel is worth so many calls of the difference", () => {
  expect(breakEvenCalls(79.5, 49.5, prices)).toBe(1000);
  expect(breakEvenCalls(79.4, 49.5, prices)).toBe(1003);
  expect(breakEvenCalls(49.5, 49.5, prices)).toBeUndefined();
});

test("each list price has its page at AWS and a day", () => {
  for (const { dollars, per, page, asOf } of Object.values(listPrices)) {
    expect(dollars / per).toBeGreaterThan(0);
    expect(page).toMatch(/^https:\/\/aws\.amazon\.com\/[a-z/-]+\/pricing\//);
    expect(new Date(asOf).toISOString()).toBe(`${asOf}T00:00:00.000Z`);
  }
});
