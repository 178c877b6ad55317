import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

type PartType<Inputs, Part> = new (
  name: string,
  inputs: Inputs,
  options: pulumi.CustomResourceOptions,
) => Part;

/**
 * Creates the parts of an API below one parent and remembers what each was given. A deployment is a
 * snapshot, so it must be made anew whenever any part changes: `digest` changes then.
 */
export class ApiParts {
  readonly #parent: pulumi.Resource;
  readonly #resources: pulumi.CustomResource[] = [];
  readonly #inputs: unknown[] = [];

  constructor(parent: pulumi.Resource) {
    this.#parent = parent;
  }

  add<Inputs, Part extends pulumi.CustomResource>(
    type: PartType<Inputs, Part>,
    name: string,
    inputs: Inputs,
    options: pulumi.CustomResourceOptions = {},
  ): Part {
    const part = new type(name, inputs, { parent: this.#parent, ...options });
    this.#resources.push(part);
    this.#inputs.push([type.name, name, inputs]);
    return part;
  }

  /** Options of the deployment: it comes after every part. */
  get deployed(): pulumi.CustomResourceOptions {
    return { parent: this.#parent, dependsOn: [...this.#resources] };
  }

  /** SHA-256 of all inputs. */
  get digest(): pulumi.Output<string> {
    return pulumi
      .jsonStringify(this.#inputs)
      .apply((json) => createHash("sha256").update(json).digest("hex"));
  }
}
