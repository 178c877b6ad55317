import { createHash } from "node:crypto";

/** Markup that is safe to send: made by `html` only. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escaped = (text: string) => text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");

type Hole = string | number | Html | readonly Html[];

/** Markup with everything that is put into it escaped, except other markup. */
export const html = (parts: TemplateStringsArray, ...holes: readonly Hole[]): Html =>
  new Html(parts.map((part, index) => (index === 0 ? "" : filled(holes[index - 1] ?? "")) + part).join(""));

const filled = (hole: Hole): string => {
  if (hole instanceof Html) return hole.text;
  if (typeof hole === "object") return hole.map(({ text }) => text).join("");
  return escaped(String(hole));
};

const style = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 32rem; margin: 3rem auto; padding: 0 1rem; color: #1a1f36 }
  fieldset, section { border: 1px solid #d5dbe3; border-radius: 8px; margin: 1rem 0; padding: 1rem }
  label { display: block; padding: .2rem 0 } button { font: inherit; padding: .5rem 1.2rem; cursor: pointer }
  .error { color: #a4002b } .note { color: #5b6375; font-size: 14px }
`;
const styleHash = createHash("sha256").update(style).digest("base64");

export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * A page without scripts: one style by its hash, forms to itself and, since browsers hold redirects of a form
 * to the same rule, to the origins where it leads.
 */
export function page(
  status: number,
  title: string,
  content: Html,
  leadsTo: readonly (string | null)[] = [],
): PageAnswer {
  const origins = leadsTo.flatMap((url) => (url === null ? [] : (URL.parse(url)?.origin ?? [])));
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    ["form-action 'self'", ...new Set(origins)].join(" "),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
  const document = html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${new Html(style)}</style></head>
<body><main><h1>${title}</h1>
${content}
<p class="note">A fake of Stripe on this machine. No money moves.</p></main></body>
</html>
`;
  return {
    status,
    headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": policy },
    body: document.text,
  };
}

export const redirect = (location: string): PageAnswer => ({ status: 303, headers: { location }, body: "" });
