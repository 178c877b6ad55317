import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { Clock, Timer } from "../../clock.ts";
import type { ConnectionDescription } from "./events.ts";
import { scanFrames, startOfFrames } from "./frame-scan.ts";
import { quotas } from "./quotas.ts";
import type { Vanishing } from "./web-socket-apis.ts";

/** `buffer-full`: the client does not read, and what is sent to it had to wait too long. */
export type SendOutcome = "sent" | "closed" | "buffer-full";

export interface ConnectionListener {
  onMessage(body: string): void;
  /** Once, when the connection is over for the API; `reason` is what `$disconnect` is told. */
  onClosed(code: number, reason: string): void;
  /** Instead of `onClosed`: it is over, and nobody is to hear of it. */
  onLost(): void;
}

/** Milliseconds that a client gets to answer a close frame. */
const closingGrace = 10_000;
const goingAway = { code: 1001, reason: "Going away" } as const;

/** What `$disconnect` hears when the client's close frame had no status (RFC 6455, 7.1.5). */
const noStatus = "Client-side close frame status not set";

/** One open socket, with the limits of its time and its frames. */
export class Connection {
  readonly description: ConnectionDescription;
  /** From which the client connected. */
  readonly clientPort: number;
  readonly #clock: Clock;
  readonly #socket: WebSocket;
  readonly #listener: ConnectionListener;
  #lastActiveAt: number;
  #open = true;
  #vanished = false;
  #frames = startOfFrames;
  #messages = 0;
  #idleTimer: Timer;
  readonly #durationTimer: Timer;

  /** `stream` is the socket under `socket`; not a byte of it has been read yet. */
  constructor(
    description: ConnectionDescription,
    clock: Clock,
    socket: WebSocket,
    stream: Duplex,
    listener: ConnectionListener,
  ) {
    this.description = description;
    this.clientPort = (stream instanceof Socket && stream.remotePort) || 0;
    this.#clock = clock;
    this.#socket = socket;
    this.#listener = listener;
    this.#lastActiveAt = clock.now();
    this.#idleTimer = clock.setTimeout(() => this.#closeWhenIdle(), quotas.idleMilliseconds);
    this.#durationTimer = clock.setTimeout(
      () => this.close(goingAway.code, goingAway.reason),
      quotas.connectionMilliseconds,
    );
    stream.prependListener("data", (chunk: Buffer) => this.#onBytes(chunk));
    socket.on("message", (data, isBinary) => this.#onMessage(String(data), isBinary));
    socket.on("ping", (data) => {
      if (socket.bufferedAmount < quotas.clientBufferBytes) socket.pong(data);
    });
    socket.on("error", (error) => this.#clientOver(closeCodeOf(error), ""));
    socket.on("close", (code, reason) =>
      this.#clientOver(code, reason.length === 0 && code === 1005 ? noStatus : reason.toString()),
    );
  }

  get lastActiveAt(): number {
    return this.#lastActiveAt;
  }

  /** The client is no longer there, and the connection stays open. */
  get hasVanished(): boolean {
    return this.#vanished;
  }

  /** One text message, in frames of at most 32 KB. */
  send(body: Uint8Array): SendOutcome {
    if (!this.#open) return "closed";
    if (this.#socket.bufferedAmount + body.length > quotas.clientBufferBytes) return "buffer-full";
    this.#lastActiveAt = this.#clock.now();
    if (this.#vanished) return "sent";
    let sent = 0;
    do {
      const frame = body.subarray(sent, sent + quotas.frameBytes);
      sent += frame.length;
      this.#socket.send(frame, { binary: false, fin: sent === body.length });
    } while (sent < body.length);
    return "sent";
  }

  /** Ends the connection for the API at once; the client has a moment to answer the close frame. */
  close(code: number, reason: string): void {
    if (!this.#open) return;
    this.#socket.close(code, reason);
    const timer = this.#clock.setTimeout(() => this.#socket.terminate(), closingGrace);
    this.#socket.once("close", () => timer.cancel());
    this.#over(code, reason);
  }

  /** Cuts the socket without a close frame. `half-open`: the connection stays open until a limit ends it. */
  vanish(mode: Vanishing): void {
    this.#vanished = true;
    this.#socket.terminate();
    if (mode === "gone") this.#over(1006, "");
  }

  #onBytes(chunk: Uint8Array): void {
    this.#lastActiveAt = this.#clock.now();
    if (this.#frames.oversized) return;
    this.#frames = scanFrames(this.#frames, chunk);
    // After `ws` has read the same bytes: the messages before the frame are served.
    if (this.#frames.oversized) queueMicrotask(() => this.close(1009, ""));
  }

  #onMessage(body: string, isBinary: boolean): void {
    this.#messages += 1;
    if (!this.#open || this.#vanished || this.#messages > this.#frames.messages) return;
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-binary-media-types.html
    if (isBinary) this.close(1003, "");
    else this.#listener.onMessage(body);
  }

  #closeWhenIdle(): void {
    const left = this.#lastActiveAt + quotas.idleMilliseconds - this.#clock.now();
    if (left <= 0) this.close(goingAway.code, goingAway.reason);
    else this.#idleTimer = this.#clock.setTimeout(() => this.#closeWhenIdle(), left);
  }

  #clientOver(code: number, reason: string): void {
    if (!this.#vanished) this.#over(code, reason);
  }

  #over(code: number, reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#idleTimer.cancel();
    this.#durationTimer.cancel();
    if (this.#vanished) this.#listener.onLost();
    else this.#listener.onClosed(code, reason);
  }
}

/** The code with which `ws` closed after a violation of the protocol. */
function closeCodeOf(error: Error): number {
  const code = "code" in error ? error.code : undefined;
  switch (code) {
    case "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH":
    case "WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH":
      return 1009;
    case "WS_ERR_INVALID_UTF8":
      return 1007;
    case "WS_ERR_TOO_MANY_BUFFERED_PARTS":
      return 1008;
    default:
      return typeof code === "string" && code.startsWith("WS_ERR_") ? 1002 : 1006;
  }
}
