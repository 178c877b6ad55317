import { type Proof, requestProof, userToken } from "../../tests/journeys/running-program.ts";
import { BenchError } from "../bench-error.ts";
import { processUse } from "../process-use.ts";
import { startProcess, startSynapse } from "../synapse.ts";

/** What is put under load. */
export interface LoadTarget {
  readonly name: string;
  /** `POST /proofs`; the status when it is not 201. */
  proof(request: object): Promise<Proof | { readonly status: number }>;
  /** Bytes, where the process is ours. */
  readonly memory: () => number | undefined;
  stop(): Promise<void>;
}

/**
 * `npm start`, or a deployed stack: with `SYNAPSE_BILLING_URL`, an output of the stack, and `SYNAPSE_TOKEN`, an access
 * token of its OIDC issuer for a user who may connect. Throws BenchError when only one of them is there.
 */
export async function loadTarget(environment: NodeJS.ProcessEnv): Promise<LoadTarget> {
  const { SYNAPSE_BILLING_URL: billing, SYNAPSE_TOKEN: token } = environment;
  if (billing && token) {
    return {
      name: new URL(billing).host,
      proof: (request) => proofOf(billing, token, request),
      memory: () => undefined,
      stop: async () => {},
    };
  }
  if (billing || token) {
    throw new BenchError("SYNAPSE_BILLING_URL and SYNAPSE_TOKEN go together; one of them is missing.");
  }
  const { child, ready } = await startSynapse();
  const localToken = await userToken(ready, "load");
  return {
    name: "npm start",
    proof: (request) => proofOf(ready.billing, localToken, request),
    memory: () => processUse(child.group, startProcess)?.residentBytes,
    stop: () => child.stop(),
  };
}

async function proofOf(billing: string, token: string, request: object) {
  const answer = await requestProof({ billing }, token, request);
  if (answer.status === 201) return (await answer.json()) as Proof;
  await answer.arrayBuffer();
  return { status: answer.status };
}
