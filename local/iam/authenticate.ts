import { AwsError } from "../aws-error.ts";
import { parseAuthorization } from "./authorization-header.ts";
import type { AccessKey, Principal, SignedRequest } from "./iam.ts";
import { equalSecrets, signatureFault } from "./signature.ts";

/** A key that was given out, and the role that acts with it. */
export interface IssuedKey extends AccessKey {
  readonly roleArn: string;
}

export interface Authenticated {
  readonly principal: Principal;
  readonly service: string;
}

/**
 * The role whose key signed the request. Throws AwsError with the spelling of the service: SQS keeps
 * the codes of its query protocol, DynamoDB and API Gateway those that end in Exception.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
 */
export function authenticate(
  request: SignedRequest,
  keyOf: (accessKeyId: string) => IssuedKey | undefined,
  now: number,
): Authenticated {
  const header = request.headers.authorization;
  if (header === undefined) {
    throw refusal(serviceOfTarget(request), "MissingAuthenticationToken", "Missing Authentication Token");
  }
  const authorization = parseAuthorization(header);
  if (typeof authorization === "string") {
    throw refusal(serviceOfTarget(request), "IncompleteSignature", authorization);
  }
  const { service } = authorization;
  const key = keyOf(authorization.accessKeyId);
  if (!key || !equalSecrets(request.headers["x-amz-security-token"] ?? "", key.sessionToken)) {
    throw refusal(service, "InvalidClientTokenId", "The security token included in the request is invalid.");
  }
  const fault = signatureFault(request, authorization, key, now);
  if (fault) throw refusal(service, "SignatureDoesNotMatch", fault);
  return { principal: { kind: "role", arn: key.roleArn }, service };
}

type Code =
  | "MissingAuthenticationToken"
  | "IncompleteSignature"
  | "InvalidClientTokenId"
  | "SignatureDoesNotMatch";

const exceptionNames: Readonly<Record<Code, string>> = {
  MissingAuthenticationToken: "MissingAuthenticationTokenException",
  IncompleteSignature: "IncompleteSignatureException",
  InvalidClientTokenId: "UnrecognizedClientException",
  SignatureDoesNotMatch: "InvalidSignatureException",
};

function refusal(service: string, code: Code, message: string): AwsError {
  if (service === "sqs") return new AwsError(code, code === "IncompleteSignature" ? 400 : 403, message);
  return new AwsError(
    exceptionNames[code],
    ["dynamodb", "secretsmanager"].includes(service) ? 400 : 403,
    message,
  );
}

/** Which service a request means that does not say so in a scope. */
function serviceOfTarget({ headers }: SignedRequest): string {
  const target = headers["x-amz-target"] ?? "";
  if (target.startsWith("AmazonSQS.")) return "sqs";
  if (target.startsWith("secretsmanager.")) return "secretsmanager";
  return target.startsWith("DynamoDB_") ? "dynamodb" : "execute-api";
}
