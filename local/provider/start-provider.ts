import { promisify } from "node:util";
import grpc from "@grpc/grpc-js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import type { ResourceHandlers } from "../resources/resource-handlers.ts";
import { resourceProvider } from "./resource-provider.ts";

export interface RunningProvider {
  /** For the engine's `PULUMI_DEBUG_PROVIDERS`: `aws:PORT` has it use this provider and start none of its own. */
  readonly port: number;
  stop(): Promise<void>;
}

/** Serves the local cloud's resources to Pulumi engines on this machine, as the provider of `aws`. */
export async function startProvider(handlers: ResourceHandlers, version: string): Promise<RunningProvider> {
  const server = new grpc.Server({
    // Deployment packages stand in the inputs as they are.
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  const { delete: remove, ...verbs } = resourceProvider(handlers);
  server.addService(providerGrpc.ResourceProviderService, {
    ...Object.fromEntries(Object.entries(verbs).map(([name, verb]) => [name, unary(verb as Verb)])),
    delete: unary(async (request: Parameters<typeof remove>[0]) => {
      await remove(request);
      return new empty.Empty();
    }),
    attach: unary(async () => new empty.Empty()),
    cancel: unary(async () => new empty.Empty()),
    getPluginInfo: unary(async () => {
      const info = new plugin.PluginInfo();
      info.setVersion(version);
      return info;
    }),
  });
  const bind = promisify(server.bindAsync.bind(server));
  const port = await bind("127.0.0.1:0", grpc.ServerCredentials.createInsecure());
  return {
    port,
    stop: async () => {
      server.forceShutdown();
    },
  };
}

type Verb = (request: unknown) => Promise<object>;

function unary<Request>(verb: (request: Request) => Promise<object>): grpc.handleUnaryCall<Request, object> {
  return ({ request }, answer) => {
    verb(request).then(
      (response) => answer(null, response),
      (error: unknown) => {
        answer({
          code: grpc.status.UNKNOWN,
          message: error instanceof Error ? error.message : String(error),
        });
      },
    );
  };
}
