import { parameter } from "../aws.ts";
import { resourceRule } from "../rule.ts";

const secretName = /(secret|password|passphrase|private-?key|api-?key|token|credential)/i;

export const parameterIsEncrypted = resourceRule({
  name: "parameter-is-encrypted",
  holds: "An SSM parameter whose name says that it is a secret is a SecureString.",
  why: "A String is readable by everyone who may list parameters, and is kept in the history in clear.",
  elsewhere: ["CKV2_AWS_34"],
  types: [parameter],
  violations: (resource) =>
    secretName.test(resource.text("name") || resource.name) && !resource.is("type", "SecureString")
      ? ['Set type: "SecureString".']
      : [],
});
