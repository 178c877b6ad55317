import { expect, test } from "@jest/globals";
import * as v from "valibot";
import { createRequestFaults, requestFault } from "../../../local/stripe/api/request-faults.ts";
import { createDeliveryFaults, deliveryFault } from "../../../local/stripe/webhooks/delivery-faults.ts";

/** The numbers in turn. */
const drawing = (numbers: readonly number[]) => {
  let place = 0;
  return () => numbers[place++] ?? 0;
};

test("a fault of requests meets those whose chance comes, is used up by them, and lets the next have its chance", () => {
  const faults = createRequestFaults(drawing([0.1, 0.9, 0.2, 0.9, 0.9]));
  for (const kind of ["error", "drop"])
    faults.add(v.parse(requestFault, { kind, probability: 0.5, times: 3 }));
  const met = () => faults.take("GET", "/v1/customers")?.kind;
  expect([met(), met(), met()]).toEqual(["error", "drop", undefined]);
  expect(faults.list().map(({ times }) => times)).toEqual([2, 2]);
});

test("each fault of deliveries has its own chance", () => {
  const faults = createDeliveryFaults(drawing([0.1, 0.9, 0.9, 0.1]));
  for (const kind of ["lose", "duplicate"])
    faults.add(v.parse(deliveryFault, { kind, probability: 0.5, times: 2 }));
  const met = () => faults.take("invoice.paid").map(({ kind }) => kind);
  expect([met(), met()]).toEqual([["lose"], ["duplicate"]]);
  expect(faults.list().map(({ times }) => times)).toEqual([1, 1]);
});

test("without a probability every request is met, and one of 0 meets none", () => {
  const faults = createRequestFaults(() => 0);
  faults.add(v.parse(requestFault, { kind: "drop", probability: 0 }));
  faults.add(v.parse(requestFault, { kind: "error" }));
  expect(faults.take("GET", "/")?.kind).toBe("error");
  expect(() => v.parse(requestFault, { kind: "drop", probability: 1.1 })).toThrow("Invalid value");
});
