import * as v from "valibot";
import type { WebSocketApis } from "../api-gateway/websocket/web-socket-apis.ts";
import { json, problem, type Route } from "../loopback/capability-server.ts";
import { withJson } from "./with-parsed.ts";

const vanishRequest = v.strictObject({ mode: v.picklist(["half-open", "gone"]) });

/**
 * `GET /connections` answers `{ "connections" }`, the open ones; `POST /connections/{id}/vanish` `{ "mode" }`
 * cuts the client's socket and answers 204.
 */
export const connectionRoutes = (
  apis: Pick<WebSocketApis, "openConnections" | "vanish">,
): readonly Route[] => [
  { method: "GET", path: "/connections", answer: () => json({ connections: apis.openConnections() }) },
  {
    method: "POST",
    path: "/connections/{id}/vanish",
    answer: ({ parameters: { id = "" }, body }) =>
      withJson(vanishRequest, body, ({ mode }) =>
        apis.vanish(id, mode)
          ? { status: 204, body: "" }
          : problem(404, "connection_unknown", `There is no open connection ${id}.`),
      ),
  },
];
