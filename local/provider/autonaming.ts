import { createHash } from "node:crypto";

/** A physical name that AWS's Pulumi provider makes from the logical one. */
interface Autoname {
  readonly input: "name" | "statementId";
  /** The longest that AWS takes. */
  readonly longest: number;
  readonly onlyLettersAndDigits?: true;
}

const name = (longest: number): Autoname => ({ input: "name", longest });

/** https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming, for the types that have such an input. */
const autonames: Readonly<Record<string, Autoname>> = {
  "aws:apigateway/model:Model": { ...name(255), onlyLettersAndDigits: true },
  "aws:apigateway/requestValidator:RequestValidator": name(255),
  "aws:apigateway/restApi:RestApi": name(255),
  "aws:apigatewayv2/api:Api": name(128),
  "aws:apigatewayv2/authorizer:Authorizer": name(128),
  "aws:backup/plan:Plan": name(50),
  "aws:backup/selection:Selection": name(50),
  "aws:backup/vault:Vault": name(50),
  "aws:cloudwatch/logGroup:LogGroup": name(512),
  "aws:cloudwatch/metricAlarm:MetricAlarm": name(255),
  "aws:dynamodb/table:Table": name(255),
  "aws:iam/role:Role": name(64),
  "aws:iam/rolePolicy:RolePolicy": name(128),
  "aws:lambda/function:Function": name(64),
  "aws:lambda/permission:Permission": { input: "statementId", longest: 100 },
  "aws:scheduler/schedule:Schedule": name(64),
  "aws:sqs/queue:Queue": name(80),
};

const suffixLength = 7;

/**
 * The name that a resource without one gets: the logical name, a dash and seven hexadecimal digits of `seed`.
 * Undefined for a type without such a name, and where the program has given one.
 */
export function autoname(
  {
    type,
    name: logicalName,
    inputs,
  }: { type: string; name: string; inputs: Readonly<Record<string, unknown>> },
  seed: Uint8Array,
): { readonly input: string; readonly value: string } | undefined {
  const wanted = autonames[type];
  if (!wanted || inputs[wanted.input] !== undefined) return undefined;
  const { input, longest, onlyLettersAndDigits } = wanted;
  const suffix = createHash("sha256").update(seed).update(logicalName).digest("hex").slice(0, suffixLength);
  const end = `${onlyLettersAndDigits ? "" : "-"}${suffix}${inputs.fifoQueue === true ? ".fifo" : ""}`;
  const start = onlyLettersAndDigits ? logicalName.replace(/[^a-zA-Z0-9]/g, "") : logicalName;
  return { input, value: `${start.slice(0, longest - end.length)}${end}` };
}
