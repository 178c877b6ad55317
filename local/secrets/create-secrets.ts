import { randomUUID as systemRandomUUID } from "node:crypto";
import * as v from "valibot";
import { localArn } from "../account.ts";
import { AwsError } from "../aws-error.ts";
import type { Clock } from "../clock.ts";
import type { Secrets } from "./secrets.ts";

interface Secret {
  readonly name: string;
  readonly value: string;
  readonly version: string;
  readonly createdAt: number;
}

export interface SecretsOptions {
  readonly clock: Pick<Clock, "now">;
  /** Names each version of a secret. */
  readonly randomUUID?: () => string;
}

const stages = ["AWSCURRENT"];
const reading = v.object({
  SecretId: v.pipe(v.string(), v.minLength(1), v.maxLength(2_048)),
  VersionId: v.optional(v.string()),
  VersionStage: v.optional(v.string()),
});

const writing = v.object({
  SecretId: v.pipe(v.string(), v.minLength(1), v.maxLength(2_048)),
  SecretString: v.pipe(v.string(), v.minLength(1), v.maxLength(65_536)),
  ClientRequestToken: v.optional(v.pipe(v.string(), v.minLength(32), v.maxLength(64))),
});

/** Secrets in memory, in one version each. What can be asked is GetSecretValue and, with text, PutSecretValue. */
export function createSecrets({ clock, randomUUID = systemRandomUUID }: SecretsOptions): Secrets {
  const secrets = new Map<string, Secret>();

  const arnOf = (id: string): string =>
    secrets.has(id) ? id : ([...secrets].find(([, { name }]) => name === id)?.[0] ?? id);

  const read = (request: unknown) => {
    const parsed = v.safeParse(reading, request);
    if (!parsed.success) {
      const member = v.getDotPath(parsed.issues[0]) ?? "request";
      throw new AwsError("ValidationException", 400, `${member} is missing or malformed.`);
    }
    const { SecretId, VersionId, VersionStage = "AWSCURRENT" } = parsed.output;
    const arn = arnOf(SecretId);
    const secret = secrets.get(arn);
    const isOther = VersionId !== undefined && VersionId !== secret?.version;
    if (!secret || isOther || !stages.includes(VersionStage)) {
      throw new AwsError(
        "ResourceNotFoundException",
        400,
        "Secrets Manager can't find the specified secret.",
      );
    }
    return { arn, secret };
  };

  // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html: the token names the version.
  const write = (request: unknown) => {
    const parsed = v.safeParse(writing, request);
    if (!parsed.success) {
      const member = v.getDotPath(parsed.issues[0]) ?? "request";
      throw new AwsError("ValidationException", 400, `${member} is missing or malformed.`);
    }
    const { SecretString, ClientRequestToken: version = randomUUID() } = parsed.output;
    const { arn, secret } = read(request);
    if (secret.version === version && secret.value !== SecretString) {
      throw new AwsError(
        "ResourceExistsException",
        400,
        "A version with this token exists with another value.",
      );
    }
    secrets.set(arn, { ...secret, value: SecretString, version });
    const body = { ARN: arn, Name: secret.name, VersionId: version, VersionStages: stages };
    return { status: 200, body: JSON.stringify(body) };
  };

  return {
    put: (name, value) => {
      const arn = localArn("secretsmanager", `secret:${name}`);
      secrets.set(arn, { name, value, version: randomUUID(), createdAt: clock.now() });
      return arn;
    },
    accessOf: (operation, request) => {
      const id = v.safeParse(reading, request);
      const named = id.success ? arnOf(id.output.SecretId) : "";
      return {
        action: `secretsmanager:${operation}`,
        resource: named.startsWith("arn:") ? named : localArn("secretsmanager", `secret:${named}`),
      };
    },
    handle: async (operation, request) => {
      if (operation === "PutSecretValue") return write(request);
      if (operation !== "GetSecretValue") {
        throw new AwsError("UnknownOperationException", 400, `${operation} is not supported.`);
      }
      const { arn, secret } = read(request);
      return {
        status: 200,
        body: JSON.stringify({
          ARN: arn,
          Name: secret.name,
          VersionId: secret.version,
          SecretString: secret.value,
          VersionStages: stages,
          CreatedDate: secret.createdAt / 1_000,
        }),
      };
    },
  };
}
