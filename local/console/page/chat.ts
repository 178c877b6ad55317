import { part, textElement } from "./template-part.ts";

/** The chat box of one panel. */
export class Chat {
  readonly #log: HTMLOListElement;
  readonly #input: HTMLInputElement;
  readonly #button: HTMLButtonElement;

  /** `say` sends a text and tells how many peers it went to. */
  constructor(panel: ParentNode, owner: string, say: (text: string) => number) {
    this.#log = part(panel, "[data-testid=chat-log]", HTMLOListElement);
    this.#input = part(panel, "[data-testid=chat-input]", HTMLInputElement);
    this.#button = part(panel, "[data-testid=chat-send]", HTMLButtonElement);
    this.#log.ariaLabel = `Chat of the ${owner}`;
    part(panel, "[data-part=chat]", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.#input.value.trim();
      if (text === "" || say(text) === 0) return;
      this.#add("you", "own", text);
      this.#input.value = "";
    });
    this.setOpen(false);
  }

  setOpen(isOpen: boolean): void {
    this.#input.disabled = !isOpen;
    this.#button.disabled = !isOpen;
    this.#input.placeholder = isOpen ? "Write a message" : "Opens with the data channel";
  }

  heard(from: string, text: string): void {
    this.#add(from, "other", text);
  }

  /** A line that nobody wrote, such as "the data channel is open". */
  note(text: string): void {
    this.#append(textElement("li", "note", text));
  }

  clear(): void {
    this.#log.replaceChildren();
  }

  #add(author: string, className: string, text: string): void {
    const item = textElement("li", className, "");
    item.append(textElement("span", "author", author), textElement("span", "text", text));
    this.#append(item);
  }

  #append(item: HTMLElement): void {
    this.#log.append(item);
    this.#log.scrollTop = this.#log.scrollHeight;
  }
}
