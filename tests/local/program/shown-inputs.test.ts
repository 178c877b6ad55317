import { expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { shownInputs } from "../../../local/program/shown-inputs.ts";

test("a secret, what is not known yet and what a file holds are not shown", async () => {
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
    call: ({ inputs }) => inputs,
  });
  const inputs = {
    plain: ["text", 1, true, null],
    password: pulumi.secret("hunter2"),
    nested: { token: pulumi.secret({ deep: "hunter2" }) },
    code: new pulumi.asset.AssetArchive({ "index.mjs": new pulumi.asset.StringAsset("export {}") }),
  };
  const wire = await pulumi.runtime.serializeProperties("test", inputs, { keepOutputValues: false });
  const shown = shownInputs({ ...wire, arn: pulumi.runtime.unknownValue });
  expect(shown).toEqual({
    plain: ["text", 1, true, null],
    password: "[secret]",
    nested: { token: "[secret]" },
    code: {
      "index.mjs":
        "[asset of 9 bytes, sha256 f4c5cf9bb78e85f15dc27180260637cf24b2a24bc39e0788783a3accc4dde614]",
    },
    arn: "[unknown]",
  });
  expect(JSON.stringify(shown)).not.toContain("hunter2");
});
