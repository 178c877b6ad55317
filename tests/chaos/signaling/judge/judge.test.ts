import { describe, expect, test } from "@jest/globals";
import { promises } from "../../../../chaos/signaling/judge/violation.ts";
import { brokenPromises, candidate, relayed } from "./planted-run.ts";
import { wrongArrivals } from "./wrong-arrivals.ts";
import { wrongEnds } from "./wrong-ends.ts";

test("breaks no promise when an offer, its answer and their candidates come as they should", () => {
  const broken = brokenPromises((run) => {
    relayed(run);
    relayed(run, candidate());
    const answer = run.ledger.send(run.master, { kind: "SDP_ANSWER", to: "viewer-1", ufrag: "u2" });
    run.ledger.arrive(run.viewer, answer);
    run.ledger.answer(run.master, answer);
  });
  expect(broken).toEqual([]);
});

const plants = [...wrongArrivals, ...wrongEnds];

test("every promise is broken on purpose", () => {
  expect(plants.map(([promise]) => promise)).toEqual(Object.keys(promises));
});

describe.each([...plants])("finds %s broken when", (promise, ways) => {
  test.each(Object.entries(ways))("%s", (_, plant) => {
    expect(brokenPromises(plant)).toEqual([promise]);
  });
});
