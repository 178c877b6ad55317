import { createServer, type Server } from "node:http";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

export const now = 1_800_000_000;

/** An OIDC issuer on loopback whose answers a test can bend. */
export class LoopbackIssuer {
  readonly server: Server;
  readonly requests: string[] = [];
  /** Path → what to answer instead. */
  readonly bent = new Map<string, { status?: number; body?: string; location?: string }>();
  url = "";
  keys: object[] = [];

  constructor() {
    this.server = createServer((request, response) => {
      const path = request.url ?? "";
      this.requests.push(path);
      const bent = this.bent.get(path);
      const body =
        bent?.body ??
        JSON.stringify(
          path === "/.well-known/openid-configuration"
            ? { issuer: this.url, jwks_uri: `${this.url}/jwks` }
            : { keys: this.keys },
        );
      response.writeHead(
        bent?.status ?? 200,
        bent?.location === undefined ? {} : { location: bent.location },
      );
      response.end(body);
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    const address = this.server.address();
    if (typeof address !== "object" || address === null) throw new Error("not listening");
    this.url = `http://127.0.0.1:${address.port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Publishes a new key and gives what signs with it. */
  async addKey(alg: "ES256" | "RS256" | "PS256", kid: string) {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    this.keys.push({ ...(await exportJWK(publicKey)), kid, alg, use: "sig" });
    return (claims: Readonly<Record<string, unknown>> = {}, header: Readonly<Record<string, unknown>> = {}) =>
      new SignJWT({ iss: this.url, aud: "synapse-d", sub: "alice", exp: now + 60, ...claims })
        .setProtectedHeader({ alg, kid, typ: "at+jwt", ...header })
        .sign(privateKey);
  }
}
