import type { Frame } from "./frame.ts";
import { part, textElement } from "./template-part.ts";

/** Rows kept; the oldest go first. */
const mostRows = 500;

/** The log of signaling frames of one panel: a row a frame, which opens to show what is inside. */
export class FrameList {
  readonly #list: HTMLOListElement;
  readonly #count: HTMLElement;
  #total = 0;

  constructor(panel: ParentNode) {
    this.#list = part(panel, "[data-testid=frames]", HTMLOListElement);
    this.#count = part(panel, "[data-testid=frame-count]", HTMLElement);
    part(panel, "[data-part=clear]", HTMLButtonElement).addEventListener("click", () => this.clear());
  }

  /** `at` is in milliseconds since the peer began to connect. */
  add(frame: Frame, at: number): void {
    const isAtEnd = this.#list.scrollHeight - this.#list.scrollTop - this.#list.clientHeight < 24;
    this.#list.append(row(frame, at));
    if (this.#list.children.length > mostRows) this.#list.firstElementChild?.remove();
    this.#total += 1;
    this.#count.textContent = String(this.#total);
    if (isAtEnd) this.#list.scrollTop = this.#list.scrollHeight;
  }

  clear(): void {
    this.#list.replaceChildren();
    this.#total = 0;
    this.#count.textContent = "0";
  }
}

function row(frame: Frame, at: number): HTMLLIElement {
  const isSent = frame.direction === "sent";
  const arrow = textElement("span", `arrow ${frame.direction}`, isSent ? "→" : "←");
  arrow.ariaLabel = frame.direction;
  arrow.role = "img";

  const summary = document.createElement("summary");
  summary.append(
    textElement("span", "at", `${Math.round(at)} ms`),
    arrow,
    textElement("span", "kind", frame.kind),
    otherEnd(frame),
    textElement("span", "size", `${frame.size.toLocaleString("en")} B`),
  );
  const details = document.createElement("details");
  details.append(summary, textElement("pre", "content", frame.content));

  const item = document.createElement("li");
  item.dataset.testid = "frame";
  item.dataset.kind = frame.kind;
  item.dataset.direction = frame.direction;
  item.append(details);
  return item;
}

/** The other end, and what it said of an earlier frame. */
function otherEnd({ direction, peer, status }: Frame): HTMLElement {
  const element = textElement("span", "with", `${direction === "sent" ? "to" : "from"} ${peer}`);
  if (status) {
    element.append(": ", textElement("span", status.success ? "good" : "bad", status.words));
  }
  return element;
}
