import { hostOf, sendRaw } from "../local/api-gateway/rest/raw-http.ts";
import { putFaults } from "./control.ts";
import { openSocket } from "./raw-socket.ts";
import { proofFor, userToken } from "./running-program.ts";
import { sharedProgram } from "./shared-program.ts";

const program = sharedProgram();
/** Stands wherever a client may put a secret, and is shaped as a proof. */
export const secret = "edge-secret".padEnd(43, "x");
/** Of every request so far. */
export const tokens: string[] = [];

export interface Answer {
  readonly status: number;
  readonly code?: string;
  /** The gateway's name for the request. Without one no line can name it. */
  readonly requestId?: string;
}

export interface Refused {
  readonly what: string;
  readonly ask: () => Promise<Answer>;
  readonly answer: readonly [status: number, code?: string];
  /** What the access log says of it. Absent where the request reaches no stage: then there is no line. */
  readonly access?: readonly [api: "billing" | "signaling", status: string, error: string];
  /** The function that it reached, and the code of that one's line. */
  readonly line?: readonly [functionName: string, code: string];
}

async function bill(method: string, path: string, init: RequestInit = {}): Promise<Answer> {
  const token = await userToken(program.ready, "edge");
  tokens.push(token);
  const answer = await fetch(`${program.ready.billing}${path}?secret=${secret}`, {
    method,
    ...init,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...init.headers },
  });
  const problem = (await answer.json().catch(() => ({}))) as { code?: string; requestId?: string };
  const { code, requestId } = problem;
  return { status: answer.status, ...(code && { code }), ...(requestId && { requestId }) };
}

async function shake(query: string, path = ""): Promise<Answer> {
  const opened = await openSocket(`${program.ready.signaling}${path}?${query}`);
  if ("socket" in opened) throw new Error("the handshake was not refused");
  return { status: opened.status, requestId: opened.body.requestId };
}

/** A request to the WebSocket API as the text is. */
async function sent(...headers: readonly string[]): Promise<Answer> {
  const { signaling } = program.ready;
  const lines = [`GET /v1?proof=${secret} HTTP/1.1`, `Host: ${hostOf(signaling)}`, ...headers, "", ""];
  const raw = await sendRaw(signaling, lines.join("\r\n"));
  const requestId = /"requestId":"([^"]+)"/.exec(raw)?.[1];
  return { status: Number(raw.slice(9, 12)), ...(requestId && { requestId }) };
}

/** The next call of the service fails. */
export const failOnce = (service: string, operation: string, match: string) =>
  putFaults(program.ready, {
    ...{ service, operation, match, times: 1 },
    error: { name: "ServiceException", status: 500 },
  });

const proof = async () => {
  const issued = await proofFor(program.ready, "edge", { channel: "edge", role: "MASTER" });
  return issued.proof;
};

export const ofBilling: readonly Refused[] = [
  {
    what: "a body that the model does not admit",
    ask: () => bill("POST", "/proofs", { body: JSON.stringify({ channel: secret, secret }) }),
    answer: [400, "body_invalid"],
    access: ["billing", "400", "BAD_REQUEST_BODY"],
  },
  {
    what: "a body that is no JSON",
    ask: () => bill("POST", "/proofs", { body: `{${secret}` }),
    answer: [400, "body_invalid"],
    access: ["billing", "400", "BAD_REQUEST_BODY"],
  },
  {
    what: "a path that does not exist",
    ask: () => bill("GET", `/${secret}`),
    answer: [404, "route_unknown"],
    access: ["billing", "404", "MISSING_AUTHENTICATION_TOKEN"],
  },
  {
    what: "a method that the path does not have",
    ask: () => bill("DELETE", "/proofs"),
    answer: [404, "route_unknown"],
    access: ["billing", "404", "MISSING_AUTHENTICATION_TOKEN"],
  },
  {
    what: "a preflight that says it has another body than JSON",
    ask: () => bill("OPTIONS", "/proofs", { headers: { "content-type": "text/plain" } }),
    answer: [415, "media_type_unsupported"],
    access: ["billing", "415", "UNSUPPORTED_MEDIA_TYPE"],
  },
  {
    what: "a body over 10 MB",
    ask: () => bill("POST", "/proofs", { body: secret.repeat(250_000) }),
    answer: [413, "body_too_large"],
    access: ["billing", "413", "REQUEST_TOO_LARGE"],
  },
  {
    what: "headers over 10,240 bytes",
    ask: () => bill("GET", "/plans", { headers: { "x-long": secret.repeat(240) } }),
    answer: [431],
  },
  {
    what: "a stage that does not exist",
    ask: () => bill("GET", "/../nowhere/plans"),
    answer: [403],
  },
  {
    what: "a function that cannot be invoked",
    ask: async () => {
      await failOnce("lambda", "Invoke", "IssueProofHandler");
      return bill("POST", "/proofs", { body: JSON.stringify({ channel: "edge", role: "MASTER" }) });
    },
    answer: [500, "internal"],
    access: ["billing", "500", "API_CONFIGURATION_ERROR"],
  },
  {
    what: "a content type that no model has: the function refuses it",
    ask: () => bill("POST", "/proofs", { headers: { "content-type": "text/plain" }, body: secret }),
    answer: [400, "body_not_json"],
    access: ["billing", "400", "-"],
    line: ["IssueProofHandler", "body_not_json"],
  },
];

export const ofHandshakes: readonly Refused[] = [
  {
    what: "an upgrade to another version of WebSocket",
    ask: () =>
      sent(
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 7",
      ),
    answer: [400],
    access: ["signaling", "400", "DEFAULT_4XX"],
  },
  {
    what: "no upgrade at all",
    ask: () => sent(),
    answer: [403],
  },
  {
    what: "no proof",
    ask: () => shake(`other=${secret}`),
    answer: [401],
    access: ["signaling", "401", "UNAUTHORIZED"],
  },
  {
    what: "a proof that nobody issued",
    ask: () => shake(`proof=${secret}`),
    answer: [401],
    access: ["signaling", "401", "UNAUTHORIZED"],
    line: ["SignalingAuthorizer", "proof_unknown"],
  },
  {
    what: "another role than the proof's",
    ask: async () => shake(`proof=${await proof()}&X-Amz-ClientId=${secret}`),
    answer: [403],
    access: ["signaling", "403", "ACCESS_DENIED"],
    line: ["SignalingAuthorizer", "role_mismatch"],
  },
  {
    what: "a path below the stage",
    ask: () => shake(`proof=${secret}`, `/${secret}`),
    answer: [403],
  },
  {
    what: "a URL over 4,096 characters",
    ask: () => shake(`proof=${secret.repeat(100)}`),
    answer: [414],
    access: ["signaling", "414", "DEFAULT_4XX"],
  },
  {
    what: "an authorizer that cannot be invoked",
    ask: async () => {
      await failOnce("lambda", "Invoke", "SignalingAuthorizer");
      return shake(`proof=${secret}`);
    },
    answer: [500],
    access: ["signaling", "500", "AUTHORIZER_FAILURE"],
  },
  {
    what: "a $connect that cannot be invoked",
    ask: async () => {
      const good = await proof();
      await failOnce("lambda", "Invoke", "PeerConnectionHandler");
      return shake(`proof=${good}`);
    },
    answer: [500],
    access: ["signaling", "500", "INTEGRATION_FAILURE"],
  },
];
