import {
  type Policies,
  PolicyPack,
  type ResourceValidationArgs,
  type StackValidationArgs,
} from "@pulumi/policy";
import { exempts } from "./exemption.ts";
import { rules as allRules } from "./index.ts";
import { isOn, type JudgeOptions, judge } from "./judge.ts";
import { plainInputs } from "./plain-inputs.ts";
import { Resource } from "./resource.ts";
import { isStackRule, type Rule } from "./rule.ts";
import { defaultSettings } from "./settings.ts";
import { Stack } from "./stack.ts";

/**
 * Serves the rules to the Pulumi engine as a policy pack, and with them one policy that watches the exemptions.
 * Call it once, from the entry of a folder with a `PulumiPolicy.yaml`: it starts a server and keeps the process.
 */
export function createPack(name: string, options: JudgeOptions): PolicyPack {
  return new PolicyPack(name, { enforcementLevel: "mandatory", policies: policiesOf(options) });
}

/** The policies of such a pack, for a pack of one's own that has others too. */
export function policiesOf(options: JudgeOptions): Policies {
  const rules = options.rules ?? allRules;
  return [...rules.map((rule) => policyOf(rule, options)), exemptionsAreCurrent(options)];
}

function policyOf(rule: Rule, options: JudgeOptions): Policies[number] {
  const settings = { ...defaultSettings, ...options.settings };
  const exemptions = (options.exemptions ?? []).filter((exemption) => exemption.rule === rule.name);
  const isExempt = (resource: Resource) =>
    exemptions.some((exemption) => exempts(exemption, resource, options.today));
  const { name, holds, why, off, elsewhere } = rule;
  const text = {
    name,
    description: `${holds} ${why}${off ? ` Off by default: ${off}` : ""}`,
    enforcementLevel: isOn(rule, options.switchedOn) ? ("mandatory" as const) : ("disabled" as const),
    tags: [...elsewhere],
  };
  if (isStackRule(rule)) {
    return {
      ...text,
      validateStack: async (args, report) => {
        for (const { resource, message } of rule.violationsOf(await stackOf(args), settings))
          if (!isExempt(resource)) report(`${resource.name}: ${message}`, resource.urn);
      },
    };
  }
  return {
    ...text,
    validateResource: async (args, report) => {
      if (!rule.types.includes(args.type)) return;
      const resource = await resourceOf(args);
      if (isExempt(resource)) return;
      for (const message of rule.violations(resource, settings)) report(message);
    },
  };
}

function exemptionsAreCurrent(options: JudgeOptions): Policies[number] {
  return {
    name: "exemptions-are-current",
    description: "Every exemption has a reason and an owner, is used, and has not expired.",
    enforcementLevel: "mandatory",
    validateStack: async (args, report) => {
      for (const complaint of judge(await stackOf(args), options).complaints) report(complaint);
    },
  };
}

async function resourceOf({ type, urn, props, opts }: ResourceValidationArgs): Promise<Resource> {
  return new Resource({ type, urn, inputs: await plainInputs(props), protect: opts.protect });
}

/** One reading of a stack serves every rule that asks about it. */
const stacks = new WeakMap<object, Promise<Stack>>();

function stackOf(args: StackValidationArgs): Promise<Stack> {
  const known = stacks.get(args.resources);
  if (known) return known;
  const read = readStack(args);
  stacks.set(args.resources, read);
  return read;
}

async function readStack({ resources }: StackValidationArgs): Promise<Stack> {
  return new Stack(
    await Promise.all(
      resources.map(async ({ type, urn, props, opts, propertyDependencies }) => {
        const inputs = await plainInputs(props);
        const references = Object.fromEntries(
          Object.entries(propertyDependencies).map(([property, targets]) => [
            property,
            targets.map((target) => target.urn),
          ]),
        );
        return new Resource({ type, urn, inputs, outputs: inputs, protect: opts.protect, references });
      }),
    ),
  );
}
