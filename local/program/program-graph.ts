import "./packages-when-used.ts";
import * as pulumi from "@pulumi/pulumi";
import { captureRegistrations } from "../../policies/capture-registrations.ts";
import { shownInputs } from "./shown-inputs.ts";
import { projectName, stackConfiguration } from "./stack-configuration.ts";

/** One resource that the program declares. */
export interface GraphResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** The component's URN; absent at the top. */
  readonly parent?: string;
  readonly protect: boolean;
  /** URNs of those that must be there first. */
  readonly dependencies: readonly string[];
  /** Input → URNs of those from which its value is computed. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** As declared, with marks in the place of what is not shown: see `shownInputs`. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

export interface ProgramGraph {
  readonly project: string;
  readonly stack: string;
  readonly resources: readonly GraphResource[];
}

/** What `index.ts` declares as a stack, as in its first preview. Once in a process. */
export async function programGraph(stack: string): Promise<ProgramGraph> {
  const project = projectName();
  const config = stackConfiguration(stack);
  const options = { project, stack, config, preview: true };
  const registrations = await captureRegistrations(() => import("../../index.ts"), options);
  const urns = new EngineUrns(`urn:pulumi:${stack}::${project}`);
  const resources = registrations.flatMap(({ request, response }): GraphResource[] => {
    const type = request.getType();
    if (type === pulumi.runtime.rootPulumiStackTypeName) return [];
    const urn = urns.add(response.getUrn(), type, request.getName(), request.getParent());
    const parent = urns.of(request.getParent());
    const properties = [...request.getPropertydependenciesMap().entries()];
    return [
      {
        urn,
        type,
        name: request.getName(),
        ...(parent !== undefined && { parent }),
        protect: request.getProtect() ?? false,
        dependencies: urns.ofAll(request.getDependenciesList()),
        propertyDependencies: Object.fromEntries(
          properties
            .map(([name, of]) => [name, urns.ofAll(of.getUrnsList())] as const)
            .filter(([, list]) => list.length > 0),
        ),
        inputs: shownInputs(request.getObject()?.toJavaScript() ?? {}),
      },
    ];
  });
  return { project, stack, resources };
}

/**
 * The URNs that the engine gives: with the types of all components above. Pulumi's mocks name only one of them
 * (https://www.pulumi.com/docs/iac/concepts/resources/names/#urns).
 */
class EngineUrns {
  readonly #known = new Map<string, { readonly types: string; readonly urn: string }>();
  readonly #start: string;

  constructor(start: string) {
    this.#start = start;
  }

  add(mocked: string, type: string, name: string, parent: string): string {
    const above = this.#known.get(parent)?.types;
    const types = above === undefined ? type : `${above}$${type}`;
    const urn = `${this.#start}::${types}::${name}`;
    this.#known.set(mocked, { types, urn });
    return urn;
  }

  of(mocked: string): string | undefined {
    return this.#known.get(mocked)?.urn;
  }

  ofAll(mocked: readonly string[]): string[] {
    return mocked.flatMap((each) => this.of(each) ?? []);
  }
}
