import { expect, test } from "@jest/globals";
import { wafv2WebAclAssociation } from "../../../local/resources/wafv2-web-acl-association.ts";

const resource = { type: "aws:wafv2/webAclAssociation:WebAclAssociation", name: "billing" };
const inputs = {
  resourceArn: "arn:aws:apigateway:us-east-1::/restapis/abc/stages/v1",
  webAclArn: "arn:aws:wafv2:us-east-1:000000000000:regional/webacl/mine/1234",
};

test("an association is kept until it is deleted", async () => {
  const handler = wafv2WebAclAssociation();
  const created = await handler.create({ ...resource, inputs });
  expect((await handler.read(created))?.outputs).toEqual(inputs);
  await handler.delete(created);
  expect(await handler.read(created)).toBeUndefined();
});

test("a web ACL of CloudFront is refused, as a stage cannot have one", async () => {
  const webAclArn = inputs.webAclArn.replace("regional", "global");
  const creating = wafv2WebAclAssociation().create({ ...resource, inputs: { ...inputs, webAclArn } });
  await expect(creating).rejects.toThrow("expected the ARN of a regional web ACL");
});
