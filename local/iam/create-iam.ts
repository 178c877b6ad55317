import { randomBytes as systemRandomBytes } from "node:crypto";
import { AwsError } from "../aws-error.ts";
import type { Clock } from "../clock.ts";
import { accessDenied } from "./access-denied.ts";
import { authenticate, type IssuedKey } from "./authenticate.ts";
import type { RequestContext } from "./condition.ts";
import { DenialLedger } from "./denial-ledger.ts";
import { evaluate } from "./evaluate.ts";
import { GrantLedger } from "./grant-ledger.ts";
import type { AccessKey, AccessRequest, ConditionContext, Iam, PolicyJson, Principal } from "./iam.ts";
import {
  MalformedPolicyError,
  type PolicyDocument,
  type PolicyKind,
  parsePolicy,
} from "./policy-document.ts";
import { accountOf, roleNameOf } from "./policy-principal.ts";

export interface IamOptions {
  readonly clock: Pick<Clock, "now">;
  /** Where keys come from. Default: the system's secure source. */
  readonly randomBytes?: (size: number) => Uint8Array;
}

interface Role {
  readonly arn: string;
  readonly trust: PolicyDocument;
  readonly trustJson: PolicyJson;
  readonly policies: Map<string, { readonly document: PolicyDocument; readonly json: PolicyJson }>;
}

/**
 * IAM within one account. Policies are parsed when they are put: AwsError MalformedPolicyDocument (400)
 * names what the evaluator does not know; NoSuchEntity (404) a role that is not there.
 */
export function createIam({ clock, randomBytes = systemRandomBytes }: IamOptions): Iam {
  const roles = new Map<string, Role>();
  const issuedKeys = new Map<string, IssuedKey>();
  const grants = new GrantLedger();
  const denials = new DenialLedger();
  const resourcePolicies = new Map<string, PolicyDocument>();

  const roleOf = (arn: string): Role | undefined => {
    const role = roles.get(roleNameOf(arn));
    return role?.arn === arn ? role : undefined;
  };

  /** Each text is parsed once per resource, since its grants are counted per resource. */
  const resourcePolicy = (holder: string, json: PolicyJson): PolicyDocument => {
    const cacheKey = `${holder}\n${json}`;
    let document = resourcePolicies.get(cacheKey);
    if (!document) {
      document = parse(json, "resource");
      resourcePolicies.set(cacheKey, document);
      grants.enter(holder, undefined, document);
    }
    return document;
  };

  return {
    putRole({ name, arn, assumeRolePolicy }) {
      const trust = parse(assumeRolePolicy, "trust");
      const policies = roles.get(name)?.policies ?? new Map();
      roles.set(name, { arn, trust, trustJson: assumeRolePolicy, policies });
    },

    role(name) {
      const role = roles.get(name);
      return role && { arn: role.arn, assumeRolePolicy: role.trustJson };
    },

    deleteRole(name) {
      const role = roles.get(name);
      if (!role) return;
      for (const policyName of role.policies.keys()) grants.replace(name, policyName);
      for (const [id, key] of issuedKeys) if (key.roleArn === role.arn) issuedKeys.delete(id);
      roles.delete(name);
    },

    putRolePolicy(roleName, policyName, json) {
      const role = roles.get(roleName);
      if (!role) throw new AwsError("NoSuchEntity", 404, `The role with name ${roleName} cannot be found.`);
      const document = parse(json, "identity");
      role.policies.set(policyName, { document, json });
      grants.replace(roleName, policyName, document);
    },

    deleteRolePolicy(roleName, policyName) {
      roles.get(roleName)?.policies.delete(policyName);
      grants.replace(roleName, policyName);
    },

    rolePolicy: (roleName, policyName) => roles.get(roleName)?.policies.get(policyName)?.json,

    assumeRole(roleArn, service, context = {}) {
      const role = roleOf(roleArn);
      const principal: Principal = { kind: "service", service };
      const action = "sts:AssumeRole";
      const decision = evaluate({
        principal,
        action,
        resource: roleArn,
        context: requestContext(principal, context),
        identityPolicies: [],
        resourcePolicies: role ? [role.trust] : [],
      });
      if (decision.kind !== "allowed") {
        denials.count({ principal, action, resource: roleArn });
        throw accessDenied({ principal, action, resource: roleArn }, decision, "AccessDenied");
      }
      const key = newKey(randomBytes);
      issuedKeys.set(key.accessKeyId, { ...key, roleArn });
      return key;
    },

    authenticate: (request) => authenticate(request, (id) => issuedKeys.get(id), clock.now()),

    authorize(request: AccessRequest, code = "AccessDeniedException") {
      const { principal, action, resource } = request;
      const role = principal.kind === "role" ? roleOf(principal.arn) : undefined;
      const context = requestContext(principal, request.context);
      const decision = evaluate({
        principal,
        action,
        resource,
        context,
        identityPolicies: [...(role?.policies.values() ?? [])].map(({ document }) => document),
        resourcePolicies: (request.resourcePolicies ?? []).map((json) => resourcePolicy(resource, json)),
      });
      if (decision.kind !== "allowed") {
        denials.count(request);
        throw accessDenied(request, decision, code);
      }
      for (const statement of decision.by) grants.count(statement, action, resource, context);
    },

    grants: () => grants.report(),

    denials: () => denials.report(),
  };
}

function parse(json: PolicyJson, kind: PolicyKind): PolicyDocument {
  try {
    return parsePolicy(json, kind);
  } catch (error) {
    if (error instanceof MalformedPolicyError) {
      throw new AwsError("MalformedPolicyDocument", 400, `The policy is not valid: ${error.message}.`);
    }
    throw error;
  }
}

/** Who calls is known here, so the caller's own word on it does not count. */
function requestContext(principal: Principal, given: ConditionContext): RequestContext {
  const context = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries(given)) {
    context.set(key.toLowerCase(), typeof value === "string" ? [value] : value);
  }
  const role = principal.kind === "role" ? principal.arn : undefined;
  context.set("aws:principalarn", role ? [role] : []);
  context.set("aws:principalaccount", role ? [accountOf(role)] : []);
  return context;
}

const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function newKey(randomBytes: (size: number) => Uint8Array): AccessKey {
  const id = [...randomBytes(16)].map((byte) => base32[byte % 32]).join("");
  return {
    accessKeyId: `ASIA${id}`,
    secretAccessKey: Buffer.from(randomBytes(30)).toString("base64"),
    sessionToken: Buffer.from(randomBytes(48)).toString("base64"),
  };
}
