import { request } from "node:http";

/** The bearer token of the servers under test. */
export const testToken = "T0ken_of-this-start_0123456789abcdefghijklm";

export interface Forged {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** The body as JSON. */
  json(): unknown;
}

/** Sends an HTTP request with any headers, Host and Origin included, and a path exactly as given. */
export function forgeRequest(url: string, { method = "GET", headers = {}, body = "" }: Forged = {}) {
  const { hostname, port } = new URL(url);
  const path = url.slice(url.indexOf(port) + port.length) || "/";
  return new Promise<Reply>((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: text,
          json: () => JSON.parse(text),
        });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
