import { Chat } from "./chat.ts";
import { closeWords } from "./close-words.ts";
import { FrameList } from "./frame-list.ts";
import type { Identity, PeerRole } from "./identity.ts";
import { Peer, type PeerEvents, type Step, steps } from "./peer.ts";
import { cloudTime, loggedRefusal } from "./refusal-log.ts";
import type { Services } from "./services.ts";
import { part } from "./template-part.ts";

/** `waiting`: on the service, without the other side. */
export type PanelState = "idle" | "connecting" | "waiting" | "open" | "failed" | "closed";

/**
 * One peer on the page: who it is, how far its connection got, the chat, and the frame log.
 *
 * For tests: `master-panel` and `viewer-panel` carry `data-state` (a PanelState). Inside are `user`,
 * `channel`, `client-id`, `connect`, `disconnect`, `state`, `step-proof`, `step-socket`,
 * `step-signaling`, `step-channel` (each with `data-done`), `problem`, `chat-log`, `chat-input`,
 * `chat-send`, `frame-count`, and `frames` with a `frame` a row (`data-kind`, `data-direction`).
 */
export class PeerPanel {
  readonly element: HTMLElement;
  readonly #role: PeerRole;
  readonly #services: Services;
  readonly #chat: Chat;
  readonly #frames: FrameList;
  #peer: Peer | undefined;
  /** Settles the `connect` that is under way. */
  #settle: (isSocketOpen: boolean) => void = () => {};

  constructor(template: HTMLTemplateElement, services: Services, identity: Identity) {
    const content = template.content.cloneNode(true) as DocumentFragment;
    this.element = part(content, "section", HTMLElement);
    this.#role = identity.role;
    this.#services = services;
    const owner = this.#role === "MASTER" ? "master" : "viewer";
    this.element.dataset.testid = `${owner}-panel`;
    this.element.ariaLabel = this.#role === "MASTER" ? "Master" : "Viewer";
    part(content, "[data-part=title]", HTMLElement).textContent = this.element.ariaLabel;
    this.#input("user").value = identity.user;
    this.#input("channel").value = identity.channel;
    this.#input("client-id").value = identity.clientId ?? "";
    if (this.#role === "MASTER") part(content, "[data-part=client-id-field]", HTMLElement).remove();

    this.#chat = new Chat(content, owner, (text) => this.#peer?.say(text) ?? 0);
    this.#frames = new FrameList(content);
    part(content, "[data-part=identity]", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      void this.connect();
    });
    this.#button("disconnect").addEventListener("click", () => this.disconnect());
    this.#show("idle", "Not connected");
  }

  /** What the fields say now. */
  get identity(): Identity {
    const clientId = this.#role === "VIEWER" ? this.#input("client-id").value.trim() : undefined;
    return {
      role: this.#role,
      user: this.#input("user").value.trim(),
      channel: this.#input("channel").value.trim(),
      clientId,
    };
  }

  /** Fills the fields; who is connected stays so until the next connect. */
  become({ user, channel, clientId }: Partial<Omit<Identity, "role">>): void {
    if (user !== undefined) this.#input("user").value = user;
    if (channel !== undefined) this.#input("channel").value = channel;
    if (clientId !== undefined && this.#role === "VIEWER") this.#input("client-id").value = clientId;
    // For who follows the fields.
    this.element.dispatchEvent(new Event("input"));
  }

  /** Connects anew. Settles when the socket is open (true), or when it is clear that it will not be (false). */
  async connect(): Promise<boolean> {
    const missing = [...this.element.querySelectorAll<HTMLInputElement>(".identity input")].find(
      (input) => input.value.trim() === "",
    );
    if (missing) {
      missing.focus();
      this.#problem("Every field needs a value.");
      return false;
    }
    this.#peer?.leave();
    this.#settle(false);
    this.#frames.clear();
    this.#chat.clear();
    this.#chat.setOpen(false);
    this.#resetSteps();
    this.#problem(undefined);
    const since = cloudTime(this.#services).catch(() => 0);
    const peer = new Peer(this.identity, this.#services, this.#events(since));
    this.#peer = peer;
    this.#show("connecting", "Connecting…");
    return new Promise((resolve) => {
      this.#settle = resolve;
      peer.connect().catch((fault: unknown) => this.#end("failed", "Failed", String(fault)));
    });
  }

  disconnect(): void {
    this.#peer?.leave();
    this.#end("closed", "Disconnected");
  }

  #events(since: Promise<number>): PeerEvents {
    const other = this.#role === "MASTER" ? "a viewer" : "the master";
    return {
      reached: (step, at) => {
        this.#reach(step, at);
        if (step === "socket") {
          this.#show("waiting", `Waiting for ${other}`);
          this.#settle(true);
        }
        if (step === "channel") {
          this.#show("open", `Open in ${Math.round(at)} ms`);
          this.#chat.setOpen(true);
          this.#chat.note("The data channel is open.");
        }
      },
      frame: (frame, at) => this.#frames.add(frame, at),
      message: (from, text) => this.#chat.heard(from, text),
      left: (from, remaining) => {
        this.#chat.note(`${from} left.`);
        if (remaining > 0) return;
        this.#chat.setOpen(false);
        this.#show(
          "waiting",
          this.#role === "MASTER" ? "Waiting for a viewer" : "The master left: reconnect to call it",
        );
      },
      problem: (words) => this.#problem(words),
      refused: (words) => this.#end("failed", "Refused", words),
      closed: (code, reason, wasOpen, revoked) => {
        const words = closeWords(code, reason, wasOpen, revoked);
        const title = revoked !== undefined ? "Access ended" : wasOpen ? "Closed" : "Refused";
        this.#end(wasOpen ? "closed" : "failed", title, words);
        if (!wasOpen) void this.#addLoggedCause(words, since);
      },
    };
  }

  async #addLoggedCause(words: string, since: Promise<number>): Promise<void> {
    const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 200));
    const cause = await loggedRefusal(this.#services, await since, pause).catch(() => undefined);
    const isStillShown = this.element.dataset.state === "failed";
    if (cause !== undefined && isStillShown) this.#problem(`${words} The service logged ${cause}.`);
  }

  #end(state: "failed" | "closed", title: string, words?: string): void {
    this.#peer = undefined;
    this.#settle(false);
    this.#chat.setOpen(false);
    this.#show(state, title);
    this.#problem(words);
  }

  #show(state: PanelState, words: string): void {
    this.element.dataset.state = state;
    part(this.element, "[data-testid=state]", HTMLElement).textContent = words;
    this.#button("connect").textContent = this.#peer ? "Reconnect" : "Connect";
    this.#button("disconnect").disabled = state === "idle" || state === "failed" || state === "closed";
  }

  #problem(words: string | undefined): void {
    const element = part(this.element, "[data-testid=problem]", HTMLElement);
    element.hidden = words === undefined;
    element.textContent = words ?? "";
  }

  #reach(step: Step, at: number): void {
    const item = part(this.element, `[data-testid=step-${step}]`, HTMLElement);
    if (item.dataset.done !== undefined) return;
    item.dataset.done = "";
    part(item, ".ms", HTMLElement).textContent = `${Math.round(at)} ms`;
  }

  #resetSteps(): void {
    for (const step of steps) {
      const item = part(this.element, `[data-testid=step-${step}]`, HTMLElement);
      delete item.dataset.done;
      part(item, ".ms", HTMLElement).textContent = "";
    }
  }

  #input(name: string): HTMLInputElement {
    return part(this.element, `[data-testid=${name}]`, HTMLInputElement);
  }

  #button(name: string): HTMLButtonElement {
    return part(this.element, `[data-testid=${name}]`, HTMLButtonElement);
  }
}
