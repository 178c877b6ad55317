import grpc from "@grpc/grpc-js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { AdvanceableClock } from "../../../local/clock.ts";
import { startCloud } from "../../../local/cloud.ts";
import { startProvider } from "../../../local/provider/start-provider.ts";

type Properties = Readonly<Record<string, unknown>>;
type Call = (request: object, answer: (error: Error | null, response: never) => void) => unknown;

/** The text that stands for a value that a preview does not know yet (`@pulumi/pulumi`, runtime/rpc.js). */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const signature = "4dabf18193072939515e22adb298388d";

export const archive = (files: Readonly<Record<string, string>>, hash: string) => ({
  [signature]: "0def7320c3a5731c473e5ecbe6d01bc7",
  hash,
  assets: Object.fromEntries(
    Object.entries(files).map(([name, text]) => [
      name,
      { [signature]: "c44067f5952c0a294b673a41bacd8c17", hash: `${hash}-${name}`, text },
    ]),
  ),
});

const sent = (properties: Properties) => struct.Struct.fromJavaScript(properties as never);
const received = (properties: struct.Struct | undefined): Properties => properties?.toJavaScript() ?? {};

/** An empty local cloud, and its provider as an engine talks to it. */
export async function providerClient() {
  const cloud = await startCloud({ clock: new AdvanceableClock() });
  const served = await startProvider(cloud.handlers, "7.48.0");
  const client = new providerGrpc.ResourceProviderClient(
    `127.0.0.1:${served.port}`,
    grpc.credentials.createInsecure(),
  );
  const call = <Response>(verb: string, request: object): Promise<Response> =>
    new Promise((resolve, reject) => {
      const method = (client as unknown as Record<string, Call>)[verb];
      method?.call(client, request, (error, response) => (error ? reject(error) : resolve(response)));
    });
  const about = <Request extends { setType(type: string): unknown; setName(name: string): unknown }>(
    request: Request,
    type: string,
    name: string,
  ) => {
    request.setType(type);
    request.setName(name);
    return request;
  };

  return {
    cloud,
    call,
    nothing: () => new empty.Empty(),
    async checkConfig(news: Properties) {
      const request = new provider.CheckRequest();
      request.setNews(sent(news));
      const response = await call<provider.CheckResponse>("checkConfig", request);
      return response.getFailuresList().map((failure) => failure.getReason());
    },
    async check(type: string, name: string, news: Properties, olds?: Properties) {
      const request = about(new provider.CheckRequest(), type, name);
      request.setNews(sent(news));
      if (olds) request.setOlds(sent(olds));
      request.setRandomseed(new Uint8Array(32).fill(7));
      const response = await call<provider.CheckResponse>("check", request);
      return {
        inputs: received(response.getInputs()),
        failures: response
          .getFailuresList()
          .map((failure) => [failure.getProperty(), failure.getReason()] as const),
      };
    },
    async diff(type: string, olds: Properties, news: Properties, ignored: string[] = []) {
      const request = about(new provider.DiffRequest(), type, "probe");
      request.setOldInputs(sent(olds));
      request.setNews(sent(news));
      request.setIgnorechangesList(ignored);
      const response = await call<provider.DiffResponse>("diff", request);
      return {
        changed: response.getChanges() === provider.DiffResponse.DiffChanges.DIFF_SOME,
        diffs: response.getDiffsList(),
        replaces: response.getReplacesList(),
        deletesFirst: response.getDeletebeforereplace(),
        detailed: Object.fromEntries(
          response
            .getDetaileddiffMap()
            .getEntryList()
            .map(([path]) => [path, response.getDetaileddiffMap().get(path)?.getKind()]),
        ),
      };
    },
    async create(type: string, name: string, inputs: Properties, preview = false) {
      const request = about(new provider.CreateRequest(), type, name);
      request.setProperties(sent(inputs));
      request.setPreview(preview);
      const response = await call<provider.CreateResponse>("create", request);
      return { id: response.getId(), outputs: received(response.getProperties()) };
    },
    async read(type: string, id: string, inputs: Properties, outputs: Properties) {
      const request = about(new provider.ReadRequest(), type, "probe");
      request.setId(id);
      request.setInputs(sent(inputs));
      request.setProperties(sent(outputs));
      const response = await call<provider.ReadResponse>("read", request);
      return {
        id: response.getId(),
        inputs: received(response.getInputs()),
        outputs: received(response.getProperties()),
      };
    },
    async update(type: string, id: string, olds: Properties, news: Properties, preview = false) {
      const request = about(new provider.UpdateRequest(), type, "probe");
      request.setId(id);
      request.setOlds(sent(olds));
      request.setNews(sent(news));
      request.setPreview(preview);
      const response = await call<provider.UpdateResponse>("update", request);
      return received(response.getProperties());
    },
    async delete(type: string, id: string, outputs: Properties) {
      const request = about(new provider.DeleteRequest(), type, "probe");
      request.setId(id);
      request.setProperties(sent(outputs));
      await call("delete", request);
    },
    async invoke(token: string) {
      const request = new provider.InvokeRequest();
      request.setTok(token);
      return received((await call<provider.InvokeResponse>("invoke", request)).getReturn());
    },
    async stop() {
      client.close();
      await served.stop();
      await cloud.stop();
    },
  };
}

export type ProviderUnderTest = Awaited<ReturnType<typeof providerClient>>;
