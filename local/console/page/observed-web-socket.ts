/** Told what passes through one socket, without touching it. */
export interface SocketObserver {
  opened(): void;
  sent(text: string): void;
  received(text: string): void;
  closed(code: number, reason: string): void;
}

const expected = new Map<string, SocketObserver>();

/** The next socket that opens `url` is shown to `observer`. */
export function observeNextSocket(url: string, observer: SocketObserver): void {
  expected.set(url, observer);
}

/** The browser's WebSocket, which tells its observer what passes. */
class ObservedWebSocket extends WebSocket {
  readonly #observer: SocketObserver | undefined;

  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols);
    const observer = expected.get(String(url));
    expected.delete(String(url));
    this.#observer = observer;
    if (!observer) return;
    this.addEventListener("open", () => observer.opened());
    this.addEventListener("message", ({ data }) => observer.received(String(data)));
    this.addEventListener("close", ({ code, reason }) => observer.closed(code, reason));
  }

  override send(data: string | Blob | BufferSource): void {
    super.send(data);
    this.#observer?.sent(String(data));
  }
}

/** Lets the unmodified KVS client be watched: it looks `WebSocket` up by name when it opens. */
export function observeWebSockets(): void {
  window.WebSocket = ObservedWebSocket;
}
