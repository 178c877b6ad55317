import { expect, test } from "@jest/globals";
import { InlineFunction } from "../../components/inline-function.ts";
import { passTracesThrough } from "../../components/pass-traces-through.ts";
import { RestApi } from "../../components/rest-api.ts";
import { only, recordedProgram } from "./recorded-program.ts";

const declare = () => {
  const handler = new InlineFunction("Greeter", {
    ...{ module: "signaling/authorize", environment: { PROOFS_TABLE: "proofs" }, logRetentionDays: 14 },
  });
  const throttle = { rate: 1, burst: 1 };
  const routes = [{ method: "GET", path: "hello", handler, throttle }] as const;
  new RestApi("greetings", { routes, corsOrigins: [], throttle, logRetentionDays: 14 });
};
const traced = async (program: () => void) => {
  const recorded = await recordedProgram(program);
  return {
    function: only(recorded, "aws:lambda/function:Function", "Greeter").tracingConfig,
    stage: only(recorded, "aws:apigateway/stage:Stage", "greetings").xrayTracingEnabled,
  };
};

test("functions and REST stages begin traces, but where they are told to pass them through", async () => {
  expect(await traced(declare)).toEqual({ function: { mode: "Active" }, stage: true });
  const passing = () => {
    passTracesThrough();
    declare();
  };
  expect(await traced(passing)).toEqual({ function: { mode: "PassThrough" }, stage: false });
});
