import type { IncomingMessage, ServerResponse } from "node:http";
import { matchPath } from "../../loopback/match-path.ts";
import { readBody } from "../../loopback/read-body.ts";
import type { Account } from "../account.ts";
import { checkoutPage, payOnPage } from "./checkout-page.ts";
import { html, type PageAnswer, page } from "./html.ts";
import { actOnPortal, portalPage } from "./portal-page.ts";

const bodyLimit = 8 * 1_024;

/** Headers of every page: its URL lets in whoever has it, so it must not travel in a Referer or be kept. */
const standing = {
  "referrer-policy": "same-origin",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "cross-origin-opener-policy": "same-origin",
};

interface Page {
  readonly path: string;
  readonly show: (account: Account, id: string) => PageAnswer;
  readonly act: (account: Account, id: string, fields: URLSearchParams) => PageAnswer | Promise<PageAnswer>;
}

const pages: readonly Page[] = [
  { path: "/c/pay/{id}", show: checkoutPage, act: payOnPage },
  { path: "/p/session/{id}", show: portalPage, act: actOnPortal },
];

export const isPage = (url: string): boolean => /^\/[cp]\//.test(url);

/** Serves the pages of Checkout and the portal. A form that another site's page sends is refused. */
export function createPages(account: Account, onTrouble: (trouble: unknown) => void) {
  return (message: IncomingMessage, response: ServerResponse): void => {
    answer(account, message)
      .catch((fault: unknown) => {
        onTrouble(fault);
        return page(500, "Something went wrong", html`<p>The fake failed to answer.</p>`);
      })
      .then(({ status, headers, body }) => {
        response.writeHead(status, { ...standing, ...headers });
        response.end(message.method === "HEAD" ? "" : body);
        if (!message.readableEnded) message.resume();
      })
      .catch(onTrouble);
  };
}

async function answer(account: Account, message: IncomingMessage): Promise<PageAnswer> {
  const [path = ""] = (message.url ?? "").split("?", 1);
  for (const { path: pattern, show, act } of pages) {
    const id = matchPath(pattern, path)?.id;
    if (id === undefined) continue;
    if (message.method === "GET" || message.method === "HEAD") return show(account, id);
    if (message.method !== "POST")
      return page(405, "Not possible", html`<p>This page takes GET and POST.</p>`);
    const { origin } = message.headers;
    const own = [account.url, account.url.replace("127.0.0.1", "localhost")];
    if (origin !== undefined && !own.includes(origin)) {
      return page(403, "Not possible", html`<p>This form was sent by a page of another site.</p>`);
    }
    const body = await readBody(message, bodyLimit);
    if (body === undefined) return page(413, "Not possible", html`<p>The form is too large.</p>`);
    return act(account, id, new URLSearchParams(body.toString("utf8")));
  }
  return page(404, "No such page", html`<p>There is nothing here.</p>`);
}
