import { WebSocket } from "ws";

/** One end of a pair: an open socket whose frames are read once, whatever relays them. */
export class Peer {
  readonly socket: WebSocket;
  /** Called with the payload of each frame that the other end sent. */
  onPayload: (payload: string) => void = () => {};
  /** Called with each answer that says that the relay did not take a frame of this end. */
  onRefusal: (answer: string) => void = () => {};
  onClose: (code: number) => void = () => {};

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data) => this.#read(String(data)));
    socket.on("close", (code) => this.onClose(code));
  }

  /** KVS and the bare relay name the payload `messagePayload`, PeerJS `payload`; PeerJS greets with OPEN. */
  #read(text: string): void {
    const { type, messagePayload, payload = messagePayload } = JSON.parse(text);
    if (payload !== undefined) this.onPayload(payload);
    else if (type !== "OPEN") this.onRefusal(text);
  }
}

/** An open socket. Rejects when the handshake is refused. */
export function openSocket(url: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    socket.once("open", () => resolve(socket));
    socket.once("error", reject);
  });
}

/** The next frame that comes on the socket. */
export function nextFrame(socket: WebSocket): Promise<string> {
  return new Promise((resolve) => socket.once("message", (data) => resolve(String(data))));
}
