import { randomBytes as systemRandomBytes } from "node:crypto";
import type { Clock } from "../../clock.ts";
import type { Lambda } from "../../lambda/lambda.ts";
import type { Logs } from "../../logs/logs.ts";
import { type LoopbackServer, listenOnLoopback } from "../../loopback/loopback-server.ts";
import type { XRay } from "../../xray/xray.ts";
import { accessLogOf } from "../access-log.ts";
import { type RandomBytes, resourceId } from "../identifiers.ts";
import { RestApi } from "./rest-api.ts";
import type { RestApis } from "./rest-apis.ts";
import { serveApi } from "./serve-api.ts";

export interface RestApisOptions {
  readonly clock: Clock;
  readonly lambda: Pick<Lambda, "invoke">;
  readonly logs: Pick<Logs, "append" | "groups">;
  /** Takes the traces that stages begin. Default: nobody does. */
  readonly xray?: Pick<XRay, "begin"> | undefined;
  readonly randomBytes?: RandomBytes;
  /** Hears of faults of the gateway itself, which callers see as 500. Writes to stderr by default. */
  readonly reportFault?: (fault: unknown) => void;
}

export function createRestApis(options: RestApisOptions): RestApis {
  const { randomBytes = systemRandomBytes, reportFault = console.error } = options;
  const services = { ...options, randomBytes, reportFault, newId: idSource(randomBytes) };
  const running = new Map<string, { readonly api: RestApi; readonly server: LoopbackServer }>();

  return {
    async createRestApi() {
      let api: RestApi | undefined;
      const server = await listenOnLoopback({
        onRequest: (request, response) => {
          if (api) void serveApi(api, request, response, services);
          else response.destroy();
        },
      });
      api = new RestApi(services.newId(), server.url, services);
      running.set(api.id, { api, server });
      return api;
    },
    restApi(id) {
      const entry = running.get(id);
      if (!entry) throw new Error(`no REST API "${id}"`);
      return entry.api;
    },
    find: (id) => running.get(id)?.api,
    async deleteRestApi(id) {
      const entry = running.get(id);
      running.delete(id);
      await entry?.server.close();
    },
    accessLogOf: (declared) => accessLogOf(declared, options.logs),
    async stop() {
      const entries = [...running.values()];
      running.clear();
      await Promise.all(entries.map(({ server }) => server.close()));
    },
  };
}

/** Ids of which none comes twice. */
function idSource(randomBytes: RandomBytes): () => string {
  const used = new Set<string>();
  return () => {
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const id = resourceId(randomBytes, 10);
      if (used.has(id)) continue;
      used.add(id);
      return id;
    }
    throw new Error("the source of random bytes repeats itself");
  };
}
