import type { Role } from "../../signaling/identity.ts";
import { authorizeChannel, type ChannelDecision } from "./authorize-channel.ts";
import type { ClaimLedger } from "./claims.ts";

/** Seconds that a name stays its holder's after the last proof: a connection's two hours and one more. */
const claimLifetime = 3 * 60 * 60;

export interface NameRequest {
  readonly tenant: string;
  readonly subject: string;
  readonly channel: string;
  readonly role: Role;
  readonly clientId: string | undefined;
}

export type NameTaken =
  | Extract<ChannelDecision, { kind: "refused" }>
  | { readonly kind: "taken" }
  /** Others kept changing the same row. */
  | { readonly kind: "contended" };

const rounds = 5;
/** Milliseconds after which no further round starts. */
const patience = 1_000;

/**
 * Takes or renews a name of a channel: reads who holds it, decides, and writes on condition that nothing
 * changed since; on a conflict starts again. Of two subjects at once exactly one gets it.
 */
export const takeName = (deps: { readonly claims: ClaimLedger; readonly now: () => number }) => {
  return async ({ tenant, subject, channel, role, clientId }: NameRequest): Promise<NameTaken> => {
    const started = deps.now();
    const decide = (holders: Parameters<typeof authorizeChannel>[0]["holders"]) => {
      const now = Math.floor(deps.now() / 1000);
      return { now, decision: authorizeChannel({ tenant, subject, holders, now }, channel, role, clientId) };
    };
    const first = decide([]).decision;
    if (first.kind === "refused") return first;
    for (let round = 0; round < rounds && deps.now() - started < patience; round += 1) {
      const holder = await deps.claims.holder(first.channel, first.name);
      const { now, decision } = decide(holder ? [holder] : []);
      if (decision.kind === "refused") return decision;
      const claim = {
        channel: decision.channel,
        name: decision.name,
        subject,
        expiresAt: now + claimLifetime,
      };
      if ((await deps.claims.take(claim, decision.replaces)) === "taken") return { kind: "taken" };
    }
    return { kind: "contended" };
  };
};
