import * as v from "valibot";
import { timeWords } from "./subscription-words.ts";
import { part, textElement } from "./template-part.ts";

/** A row of the table `audits`, as the page needs it. */
export const auditRow = v.object({
  user: v.string(),
  /** `<ISO time>#<fence>#<which of that read>`. */
  at: v.string(),
  /** The id of Stripe's event, or the name of what else made the service look. */
  cause: v.string(),
  subscriptionId: v.string(),
  statusBefore: v.optional(v.string()),
  statusAfter: v.string(),
  planBefore: v.optional(v.string()),
  planAfter: v.optional(v.string()),
  accessBefore: v.string(),
  accessAfter: v.string(),
});
export type AuditRow = v.InferOutput<typeof auditRow>;

/** `active → past_due`, or the value alone where it stayed. */
export const changeWords = (before: string | undefined, after: string | undefined): string =>
  before === after ? (after ?? "none") : `${before ?? "none"} → ${after ?? "none"}`;

/** The audit rows of one user, newest last. Rows that are shown stay: an audit never changes. */
export class AuditList {
  readonly #list: HTMLOListElement;
  readonly #count: HTMLElement;
  readonly #shown = new Set<string>();

  constructor(room: ParentNode) {
    this.#list = part(room, "[data-testid=audits]", HTMLOListElement);
    this.#count = part(room, "[data-testid=audit-count]", HTMLElement);
  }

  show(rows: readonly AuditRow[]): void {
    for (const row of rows) {
      if (this.#shown.has(row.at)) continue;
      this.#shown.add(row.at);
      this.#list.append(item(row));
      this.#list.scrollTop = this.#list.scrollHeight;
    }
    this.#count.textContent = String(this.#shown.size);
  }

  clear(): void {
    this.#shown.clear();
    this.#list.replaceChildren();
    this.#count.textContent = "0";
  }
}

function item(row: AuditRow): HTMLLIElement {
  const element = document.createElement("li");
  element.dataset.testid = "audit";
  const change = (name: string, before: string | undefined, after: string | undefined) => {
    const cell = textElement("span", "change", "");
    const words = textElement("span", before === after ? "same" : "changed", changeWords(before, after));
    cell.append(textElement("span", "name", `${name} `), words);
    return cell;
  };
  const cause = textElement("span", "cause", row.cause);
  cause.title = `Subscription ${row.subscriptionId}`;
  element.append(
    textElement("span", "at", timeWords(row.at.split("#")[0] ?? row.at)),
    cause,
    change("status", row.statusBefore, row.statusAfter),
    change("plan", row.planBefore, row.planAfter),
    change("access", row.accessBefore, row.accessAfter),
  );
  return element;
}
