import type { AccessRequest, Denial, Principal } from "./iam.ts";
import { roleNameOf } from "./policy-principal.ts";

const most = 1_000;

/** Which calls were refused, and how often: the first thousand that differ. */
export class DenialLedger {
  readonly #denials = new Map<string, { -readonly [Name in keyof Denial]: Denial[Name] }>();

  count({ principal, action, resource }: Pick<AccessRequest, "principal" | "action" | "resource">): void {
    const caller = callerOf(principal);
    const key = `${caller} ${action} ${resource}`;
    const known = this.#denials.get(key);
    if (known) known.times += 1;
    else if (this.#denials.size < most) this.#denials.set(key, { caller, action, resource, times: 1 });
  }

  report(): Denial[] {
    return [...this.#denials.values()].map((denial) => ({ ...denial }));
  }
}

function callerOf(principal: Principal): string {
  if (principal.kind === "role") return roleNameOf(principal.arn);
  return principal.kind === "service" ? principal.service : "anonymous";
}
