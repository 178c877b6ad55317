import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { AdvanceableClock } from "../../../local/clock.ts";
import { type Console, startConsole } from "../../../local/console/console.ts";
import { startControl } from "../../../local/control/control.ts";
import { startIssuer } from "../../../local/issuer/issuer.ts";
import type { LogLine } from "../../../local/logs/logs.ts";
import { json } from "../../../local/loopback/capability-server.ts";
import { startStripe } from "../../../local/stripe/stripe.ts";
import { testToken } from "../loopback/forge-request.ts";

interface Grant {
  readonly channel: string;
  readonly clientId: string;
  isUsed: boolean;
}

/** What the second room reads, for a test to change. */
export interface FakeSubscription {
  /** What `GET /plans` lists; undefined: the route is not there, as in a stack that sells nothing. */
  plans: readonly object[] | undefined;
  /** What `GET /subscription` and the changes answer, with their status. */
  answer: { readonly status: number; readonly body: unknown };
  audits: readonly object[];
  /** How often `GET /subscription` was asked. */
  asked: number;
}

export interface FakeStack {
  readonly console: Console;
  readonly subscription: FakeSubscription;
  /** What the next `POST /proofs` answers instead of a proof. */
  refuseNextProof(status: number, body: unknown): void;
  /** Where a proof is good for connecting. */
  readonly signalingUrl: string;
  /** Closes every socket with this code, as API Gateway would. */
  cutSockets(code: number): void;
  /** Relays the next offer only after the first candidate of its sender. */
  holdNextOffer(): void;
  /** Sockets open now. */
  openSockets(): number;
  close(): Promise<void>;
}

/**
 * The real console, issuer and control, with a billing API and a relay of few lines behind them: enough
 * of the deployed services for the page to run against, in the shapes that they answer with.
 */
export async function startFakeStack(): Promise<FakeStack> {
  const clock = new AdvanceableClock();
  const lines: LogLine[] = [];
  const grants = new Map<string, Grant>();
  const sockets = new Map<string, WebSocket>();
  let nextRefusal: { status: number; body: unknown } | undefined;
  let consoleOrigin = "";
  let held: { frame?: string } | undefined;
  const subscription: FakeSubscription = {
    plans: [{ id: "team", name: "Team", trialDays: 0 }],
    answer: {
      status: 200,
      body: { status: "none", denied: "no_subscription", pending: false, subscriptions: [] },
    },
    audits: [],
    asked: 0,
  };

  const relay = createServer();
  const webSockets = new WebSocketServer({ noServer: true });
  relay.on("upgrade", (request, socket, head) => {
    const grant = grants.get(new URL(request.url ?? "", "http://relay").searchParams.get("proof") ?? "");
    const code = grant === undefined ? "proof_unknown" : grant.isUsed ? "proof_used" : undefined;
    if (grant === undefined || code !== undefined) {
      const message = JSON.stringify({ event: "authorize", outcome: "refused", code });
      lines.push({ time: clock.now(), logGroup: "/synapse-d/local/SignalingAuthorizer", message });
      return socket.end("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }
    grant.isUsed = true;
    webSockets.handleUpgrade(request, socket, head, (ws) => serve(ws, grant));
  });

  const serve = (ws: WebSocket, { channel, clientId }: Grant) => {
    sockets.set(`${channel}#${clientId}`, ws);
    ws.on("message", (data) => {
      const { action, messagePayload, recipientClientId, correlationId } = JSON.parse(String(data));
      const recipient = clientId === "" ? recipientClientId : "";
      const frame = { messageType: action, messagePayload, ...(clientId && { senderClientId: clientId }) };
      const peer = sockets.get(`${channel}#${recipient}`);
      if (held && action === "SDP_OFFER") held.frame = JSON.stringify(frame);
      else peer?.send(JSON.stringify(frame));
      if (held?.frame && action === "ICE_CANDIDATE") {
        peer?.send(held.frame);
        held = undefined;
      }
      const status = peer
        ? { success: true, statusCode: "200", description: "The frame was delivered.", code: "delivered" }
        : {
            success: false,
            statusCode: "400",
            errorType: "InvalidArgumentException",
            description: "There is no such peer.",
            code: "recipient_invalid",
          };
      const statusResponse = { correlationId, ...status };
      ws.send(JSON.stringify({ messageType: "STATUS_RESPONSE", statusResponse }));
    });
    ws.on("close", () => {
      if (sockets.get(`${channel}#${clientId}`) === ws) sockets.delete(`${channel}#${clientId}`);
    });
  };

  const billing = createServer((request, response) => {
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, {
        "content-type": "application/json",
        "access-control-allow-origin": consoleOrigin,
        "access-control-allow-headers": "authorization, content-type, idempotency-key",
      });
      response.end(status === 204 ? undefined : JSON.stringify(body));
    };
    if (request.method === "OPTIONS") return answer(204, undefined);
    const { plans } = subscription;
    if (request.url === "/v1/plans")
      return plans ? answer(200, { plans }) : answer(403, { message: "Forbidden" });
    if (request.url?.startsWith("/v1/subscription")) {
      if (request.method === "GET") subscription.asked += 1;
      return answer(subscription.answer.status, subscription.answer.body);
    }
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      if (nextRefusal) {
        const { status, body } = nextRefusal;
        nextRefusal = undefined;
        return answer(status, body);
      }
      const { channel, clientId = "" } = JSON.parse(text) as { channel: string; clientId?: string };
      const proof = randomUUID();
      grants.set(proof, { channel, clientId, isUsed: false });
      answer(201, { proof, url: `${urlOf(relay, "ws")}/prod`, expiresAt: "2030-01-01T00:00:00Z" });
    });
  });
  await Promise.all([listen(relay), listen(billing)]);

  const audience = "synapse-d";
  const origin = () => consoleOrigin;
  const issuer = await startIssuer({ clock, token: testToken, audience, consoleOrigin: origin });
  const stripe = await startStripe({ clock, token: testToken, consoleOrigin: origin });
  const control = await startControl({
    clock,
    token: testToken,
    consoleOrigin: origin,
    status: () => ({ ready: true }),
    resources: () => [
      { type: "synapse-d:components:TtlTable", name: "peers" },
      { type: "aws:dynamodb/table:Table", name: "peers" },
      { type: "aws:sqs/queue:Queue", name: "deliveries" },
    ],
    grants: () => [],
    denials: () => [],
    logLines: ({ since = 0 } = {}) => lines.filter(({ time }) => time >= since),
    instances: () => ({}),
    moreRoutes: [
      {
        method: "GET",
        path: "/tables/{name}/items",
        answer: ({ parameters: { name } }) => json({ items: name === "audits" ? subscription.audits : [] }),
      },
    ],
  });
  const console = await startConsole({
    token: testToken,
    signalingUrl: () => `${urlOf(relay, "ws")}/prod`,
    billingUrl: () => `${urlOf(billing, "http")}/v1`,
    issuer: () => issuer.issuer,
    control: () => control.url,
    stripeControl: () => stripe.control,
  });
  consoleOrigin = console.origin;
  return {
    console,
    subscription,
    signalingUrl: `${urlOf(relay, "ws")}/prod`,
    holdNextOffer: () => {
      held = {};
    },
    openSockets: () => [...webSockets.clients].filter(({ readyState, OPEN }) => readyState === OPEN).length,
    cutSockets: (code) => {
      for (const ws of webSockets.clients) ws.close(code);
    },
    refuseNextProof: (status, body) => {
      nextRefusal = { status, body };
    },
    close: async () => {
      for (const ws of webSockets.clients) ws.terminate();
      await Promise.all([
        console.close(),
        control.close(),
        issuer.close(),
        stripe.close(),
        end(relay),
        end(billing),
      ]);
    },
  };
}

const listen = (server: Server) =>
  new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));

const urlOf = (server: Server, scheme: string) =>
  `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;

const end = (server: Server) =>
  new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
