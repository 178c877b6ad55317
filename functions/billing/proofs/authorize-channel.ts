import { clientIdProblem } from "../../shared/client-id.ts";
import { channelKey, memberName, type Role } from "../../signaling/identity.ts";

/** Who holds a name of a channel. `channel` is the tenant's key of it, `expiresAt` epoch seconds. */
export interface Holder {
  readonly channel: string;
  readonly name: string;
  readonly subject: string;
  readonly expiresAt: number;
}

/** Who asks, and what is known about the names of channels. `now` is epoch seconds. */
export interface Claims {
  readonly tenant: string;
  readonly subject: string;
  readonly holders: readonly Holder[];
  readonly now: number;
}

export type ChannelDecision =
  | {
      readonly kind: "granted";
      readonly channel: string;
      readonly name: string;
      /** The holder whose row the grant replaces: the caller's own, or a lapsed one. */
      readonly replaces: Holder | undefined;
    }
  | {
      readonly kind: "refused";
      readonly code: "channel_taken" | "client_id_taken" | ClientIdRefusal;
    };

export type ClientIdRefusal =
  | "client_id_missing"
  | "client_id_not_allowed"
  | "client_id_malformed"
  | "client_id_hostile";

/**
 * Decides whether a subject may have a name of a channel. The first subject to take MASTER owns the
 * channel, and a client id belongs to the subject that took it, until the claim lapses. Tenants never
 * meet: their channels have different keys.
 */
export function authorizeChannel(
  claims: Claims,
  channel: string,
  role: Role,
  clientId: string | undefined,
): ChannelDecision {
  const problem = clientIdRefusal(role, clientId);
  if (problem) return { kind: "refused", code: problem };
  const key = channelKey({ tenant: claims.tenant, channel });
  const name = memberName({ role, clientId: clientId ?? "" });
  const holder = claims.holders.find((one) => one.channel === key && one.name === name);
  if (holder && holder.subject !== claims.subject && holder.expiresAt > claims.now) {
    return { kind: "refused", code: role === "MASTER" ? "channel_taken" : "client_id_taken" };
  }
  return { kind: "granted", channel: key, name, replaces: holder };
}

function clientIdRefusal(role: Role, clientId: string | undefined): ClientIdRefusal | undefined {
  if (role === "MASTER") return clientId === undefined ? undefined : "client_id_not_allowed";
  if (clientId === undefined) return "client_id_missing";
  const problem = clientIdProblem(clientId);
  return problem && `client_id_${problem}`;
}
