import * as v from "valibot";
import { DynamoDBClient } from "../shared/aws/dynamodb.ts";
import { clientIdProblem } from "../shared/client-id.ts";
import { pseudonym } from "../shared/digest.ts";
import { onFirstCall, readEnvironment } from "../shared/environment.ts";
import { Failure } from "../shared/failure.ts";
import { resilient } from "../shared/resilience.ts";
import { type Telemetry, telemetry } from "../shared/telemetry.ts";
import { type ConnectedIdentity, type Identity, instancePattern, writeIdentity } from "./identity.ts";
import { dynamoProofRedemption, type ProofRedemption, proofPattern } from "./proofs.ts";

export interface Environment {
  readonly PROOFS_TABLE: string;
}

/** Why a handshake is refused. With 401 the proof is no good; with 403 it is another client's. */
export const admissionRefusals = {
  proof_missing: 401,
  proof_malformed: 401,
  proof_unknown: 401,
  proof_used: 401,
  proof_expired: 401,
  role_mismatch: 403,
  client_id_mismatch: 403,
  client_id_malformed: 403,
  client_id_hostile: 403,
  instance_malformed: 403,
} as const;

export type AdmissionRefusal = keyof typeof admissionRefusals;

interface Policy {
  readonly principalId: string;
  readonly policyDocument: unknown;
  readonly context?: Readonly<Record<string, string>>;
}

const connectRequest = v.object({
  methodArn: v.string(),
  multiValueQueryStringParameters: v.optional(v.nullable(v.record(v.string(), v.array(v.string())))),
  queryStringParameters: v.optional(v.nullable(v.record(v.string(), v.string()))),
  requestContext: v.object({ connectionId: v.string(), requestId: v.optional(v.string()) }),
});

/**
 * Admits a handshake that brings a live proof, and uses the proof up. The claim of the query (KVS's
 * `X-Amz-ClientId`, absent for a master) is a condition of that one write, so a client that mistakes
 * its role does not burn its proof. Throws `Unauthorized`, which API Gateway turns into 401; answers a
 * Deny policy for 403; any other error is a 500.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
 */
export const authorize = (deps: {
  readonly proofs: ProofRedemption;
  readonly telemetry: Telemetry;
  readonly now: () => number;
}) => {
  return async (event: unknown): Promise<Policy> => {
    const outcome = await deps.telemetry.observe("authorize", async (line) => {
      const request = v.safeParse(connectRequest, event);
      if (!request.success) throw new Failure("event_malformed", "expected a REQUEST authorizer event");
      const { methodArn, requestContext } = request.output;
      const { connectionId, requestId } = requestContext;
      line.add({ connectionId, ...(requestId !== undefined && { requestId }) });
      const refuse = (code: AdmissionRefusal) => {
        line.add({ outcome: "refused", code });
        return { methodArn, code };
      };

      const query = readQuery(request.output);
      if ("refused" in query) return refuse(query.refused);
      const { proof, claimedClientId } = query;
      const redeemed = await deps.proofs.redeem({
        proof,
        claimedClientId,
        connectionId,
        now: Math.floor(deps.now() / 1000),
      });
      switch (redeemed.kind) {
        case "redeemed":
          line.add({ outcome: "allowed", ...identityFields(redeemed.identity) });
          return { methodArn, identity: { ...redeemed.identity, ...query.client } };
        case "mismatch":
          return refuse(
            (redeemed.role === "MASTER") === (query.claimedClientId === "")
              ? "client_id_mismatch"
              : "role_mismatch",
          );
        default:
          return refuse(`proof_${redeemed.kind}`);
      }
    });
    if ("identity" in outcome) return allow(outcome.methodArn, outcome.identity);
    if (admissionRefusals[outcome.code] === 401) throw new Error("Unauthorized");
    return policy("Deny", outcome.methodArn, "refused");
  };
};

interface Handshake {
  readonly proof: string;
  readonly claimedClientId: string | undefined;
  /** What the client says of itself. */
  readonly client: Pick<ConnectedIdentity, "announced" | "instance">;
}

function readQuery(request: v.InferOutput<typeof connectRequest>): Handshake | { refused: AdmissionRefusal } {
  const values = (name: string): readonly string[] => {
    const single = request.queryStringParameters?.[name];
    return request.multiValueQueryStringParameters?.[name] ?? (single === undefined ? [] : [single]);
  };
  const [proof, ...moreProofs] = values("proof");
  if (!proof) return { refused: "proof_missing" };
  if (moreProofs.length > 0 || !proofPattern.test(proof)) return { refused: "proof_malformed" };

  const announced = values("synapse")[0] === "1";
  const [instance = "", ...moreInstances] = announced ? values("instance") : [];
  if (moreInstances.length > 0 || (instance !== "" && !instancePattern.test(instance))) {
    return { refused: "instance_malformed" };
  }
  const client = { announced, instance };

  const [clientId, ...moreClientIds] = values("X-Amz-ClientId");
  if (clientId !== undefined) {
    const problem = moreClientIds.length > 0 ? "malformed" : clientIdProblem(clientId);
    if (problem) return { refused: `client_id_${problem}` };
    return { proof, claimedClientId: clientId, client };
  }
  // A KVS client always names its channel; without a client id it claims to be the master.
  const isKvsClient = values("X-Amz-ChannelARN").length > 0;
  return { proof, claimedClientId: isKvsClient ? "" : undefined, client };
}

const identityFields = ({ tenant, channel, role, clientId, subject }: Identity) => ({
  tenant,
  role,
  channel: pseudonym(channel),
  subject: pseudonym(subject),
  ...(clientId && { sender: pseudonym(clientId) }),
});

const allow = (methodArn: string, identity: ConnectedIdentity): Policy => ({
  ...policy("Allow", methodArn, pseudonym(identity.subject)),
  context: writeIdentity(identity),
});

const policy = (effect: "Allow" | "Deny", methodArn: string, principalId: string): Policy => ({
  principalId,
  policyDocument: {
    Version: "2012-10-17",
    Statement: [{ Action: "execute-api:Invoke", Effect: effect, Resource: methodArn }],
  },
});

export const handler = onFirstCall(() => {
  const { PROOFS_TABLE } = readEnvironment<Environment>({ PROOFS_TABLE: "required" });
  return authorize({
    proofs: dynamoProofRedemption(new DynamoDBClient(), PROOFS_TABLE, resilient("dynamodb")),
    telemetry: telemetry("authorize"),
    now: Date.now,
  });
});
