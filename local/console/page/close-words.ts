import { explainDenial } from "./denial-words.ts";

/**
 * Says in words why a signaling socket closed; `revoked` is the reason of a REVOKED frame that came before. Before it opened a browser knows nothing but 1006, whatever HTTP
 * status refused the handshake (WebSockets standard, "fail the WebSocket connection"). 1001 and 1009 are API
 * Gateway's
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html).
 */
export function closeWords(code: number, reason: string, wasOpen: boolean, revoked?: string): string {
  if (!wasOpen) {
    return `The service refused the connection. A browser learns only the close code ${code}: the HTTP status stays hidden from the page.`;
  }
  if (revoked !== undefined) {
    return `The subscription gives no access any more (${explainDenial(revoked)}). The service said so in a REVOKED frame and closed the connection (${code}). The KVS client itself tells an app only that it closed.`;
  }
  const said = reason === "" ? "" : ` It said: ${reason}.`;
  switch (code) {
    case 1000:
      return `The connection was closed (1000).${said}`;
    case 1001:
      return `API Gateway closed the connection (1001): 10 minutes idle, or 2 hours old.${said}`;
    case 1006:
      return "The connection broke (1006). The service may have stopped.";
    case 1009:
      return `API Gateway closed the connection (1009): a frame was over 32 KB, or a message over 128 KB.${said}`;
    default:
      return `The connection was closed with code ${code}.${said}`;
  }
}
