import * as v from "valibot";
import { masterName } from "../shared/client-id.ts";
import { Failure } from "../shared/failure.ts";
import { type PlanLimits, planLimits } from "../shared/plan-limits.ts";

export const role = v.picklist(["MASTER", "VIEWER", "PEER"]);
export type Role = v.InferOutput<typeof role>;

/** Who may connect, as a proof says. `clientId` is empty for MASTER. */
export interface Identity {
  readonly tenant: string;
  readonly channel: string;
  readonly role: Role;
  readonly clientId: string;
  readonly subject: string;
  readonly limits: PlanLimits;
  /** There when a subscription gave the proof: then the connection ends with it. */
  readonly paid?: true;
}

/** Who is connected, and what its client said of itself in the handshake. */
export interface ConnectedIdentity extends Identity {
  /** True when the client knows our protocol: it drops repeated frames and follows GO_AWAY. */
  readonly announced: boolean;
  /** Of an announced client: the same as long as it runs; empty when it gave none. */
  readonly instance: string;
}

/** Empty, or what a client may call its running self. */
export const instancePattern = /^[a-zA-Z0-9_-]{1,64}$/;

// API Gateway hands every value of the authorizer's context on as text.
const identity = v.object({
  tenant: v.string(),
  channel: v.string(),
  role,
  clientId: v.string(),
  subject: v.string(),
  limits: v.pipe(v.string(), v.parseJson(), planLimits),
  paid: v.exactOptional(
    v.pipe(
      v.literal("true"),
      v.transform(() => true as const),
    ),
  ),
  announced: v.pipe(
    v.picklist(["true", "false"]),
    v.transform((value) => value === "true"),
  ),
  instance: v.string(),
});

/** The identity as the authorizer puts it into the request context: values are text there. */
export const writeIdentity = ({
  limits,
  paid,
  announced,
  ...identity
}: ConnectedIdentity): Readonly<Record<string, string>> => ({
  ...identity,
  limits: JSON.stringify(limits),
  ...(paid && { paid: "true" }),
  announced: String(announced),
});

/** The identity that the authorizer put into the request context. Throws Failure `identity_missing`. */
export function readIdentity(authorizer: unknown): ConnectedIdentity {
  const result = v.safeParse(identity, authorizer);
  if (result.success) return result.output;
  const missing = v.getDotPath(result.issues[0]) ?? "all of it";
  throw new Failure("identity_missing", `the authorizer's context lacks ${missing}`);
}

/** Who is behind a connection, as billing knows the user: `tenant#subject`. A tenant cannot hold a `#`. */
export const userOf = ({ tenant, subject }: Pick<Identity, "tenant" | "subject">): string =>
  `${tenant}#${subject}`;

/** The key of a tenant's channel. Neither part can hold a `#`. */
export const channelKey = ({ tenant, channel }: Pick<Identity, "tenant" | "channel">): string =>
  `${tenant}#${channel}`;

/** The key of a member of a channel. */
export const memberKey = (member: Pick<Identity, "tenant" | "channel"> & { readonly name: string }): string =>
  `${channelKey(member)}#${member.name}`;

/** The name under which a connection is found in its channel. */
export const memberName = (member: Pick<Identity, "role" | "clientId">): string =>
  member.role === "MASTER" ? masterName : member.clientId;
