import { afterEach, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { maskedLogGroup } from "../../components/masked-log-group.ts";
import { inventory, recordedProgram } from "./recorded-program.ts";

class Owner extends pulumi.ComponentResource {
  constructor() {
    super("test:index:Owner", "owner");
    maskedLogGroup("greetings", 14, this);
  }
}
const made = async () => inventory(await recordedProgram(() => new Owner()));
afterEach(() => pulumi.runtime.setAllConfig({}));

test.each([[{}], [{ "synapse-d:logMasking": "true" }]])(
  "with the configuration %j it masks",
  async (config) => {
    pulumi.runtime.setAllConfig(config);
    expect(await made()).toEqual(["greetings LogDataProtectionPolicy", "greetings LogGroup"]);
  },
);

test("switched off by the configuration it masks nothing", async () => {
  pulumi.runtime.setAllConfig({ "synapse-d:logMasking": "false" });
  expect(await made()).toEqual(["greetings LogGroup"]);
});
