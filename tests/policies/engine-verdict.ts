import type { Policies } from "@pulumi/policy";
import * as server from "@pulumi/policy/server.js";
import analyzer from "@pulumi/pulumi/proto/analyzer_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import type { WireResource } from "./declare-stack.ts";

type Analyze<Request> = (
  call: { readonly request: Request },
  answer: (error: unknown, response?: analyzer.AnalyzeResponse) => void,
) => Promise<void>;
type MakeAnalyze<Request> = (
  pack: string,
  version: string,
  level: string,
  policies: Policies,
) => Analyze<Request>;

// Internal to the pinned @pulumi/policy, and without types: it is what the engine talks to.
const { makeAnalyzeRpcFun, makeAnalyzeStackRpcFun } = server as unknown as {
  readonly makeAnalyzeRpcFun: MakeAnalyze<analyzer.AnalyzeRequest>;
  readonly makeAnalyzeStackRpcFun: MakeAnalyze<analyzer.AnalyzeStackRequest>;
};

export interface Diagnostic {
  readonly policy: string;
  readonly level: "advisory" | "mandatory";
  readonly message: string;
}

/**
 * What the policy SDK's own server answers the engine about these resources, one by one and then as a stack. One by
 * one only about those that changed, where the others were asked about before: no answer depends on another resource.
 */
export async function engineVerdict(
  policies: Policies,
  resources: readonly WireResource[],
  changed: readonly WireResource[] = resources,
): Promise<Diagnostic[]> {
  const analyze = makeAnalyzeRpcFun("pack", "1.0.0", "mandatory", policies);
  const analyzeStack = makeAnalyzeStackRpcFun("pack", "1.0.0", "mandatory", policies);
  const answers = await Promise.all(changed.map((resource) => ask(analyze, resourceRequest(resource))));
  const request = new analyzer.AnalyzeStackRequest();
  request.setResourcesList(resources.map(stackResource));
  return [...answers.flat(), ...(await ask(analyzeStack, request))];
}

function ask<Request>(analyze: Analyze<Request>, request: Request): Promise<Diagnostic[]> {
  return new Promise((resolve, reject) => {
    analyze({ request }, (error, response) => {
      if (!response) return reject(error);
      resolve(
        response.getDiagnosticsList().map((found) => ({
          policy: found.getPolicyname(),
          level:
            found.getEnforcementlevel() === analyzer.EnforcementLevel.MANDATORY ? "mandatory" : "advisory",
          message: found.getMessage(),
        })),
      );
    }).catch(reject);
  });
}

function resourceRequest({ type, name, urn, inputs, protect }: WireResource): analyzer.AnalyzeRequest {
  const request = new analyzer.AnalyzeRequest();
  request.setType(type);
  request.setName(name);
  request.setUrn(urn);
  request.setProperties(struct.Struct.fromJavaScript(inputs as never));
  request.setOptions(optionsOf(protect));
  return request;
}

function stackResource({
  type,
  name,
  urn,
  inputs,
  protect,
  references,
}: WireResource): analyzer.AnalyzerResource {
  const resource = new analyzer.AnalyzerResource();
  resource.setType(type);
  resource.setName(name);
  resource.setUrn(urn);
  resource.setProperties(struct.Struct.fromJavaScript(inputs as never));
  resource.setOptions(optionsOf(protect));
  for (const [property, urns] of Object.entries(references)) {
    const dependencies = new analyzer.AnalyzerPropertyDependencies();
    dependencies.setUrnsList(urns);
    resource.getPropertydependenciesMap().set(property, dependencies);
  }
  return resource;
}

function optionsOf(protect: boolean): analyzer.AnalyzerResourceOptions {
  const options = new analyzer.AnalyzerResourceOptions();
  options.setProtect(protect);
  return options;
}
