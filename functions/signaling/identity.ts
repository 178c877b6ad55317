import * as v from "valibot";
import { masterName } from "../shared/client-id.ts";
import { Failure } from "../shared/failure.ts";

export const role = v.picklist(["MASTER", "VIEWER", "PEER"]);
export type Role = v.InferOutput<typeof role>;

/** Who a connection is, as its proof said. `clientId` is empty for MASTER. */
export interface Identity {
  readonly tenant: string;
  readonly channel: string;
  readonly role: Role;
  readonly clientId: string;
  readonly subject: string;
  /** Bytes of the largest frame that the plan admits. */
  readonly maxFrameBytes: number;
}

const identity = v.object({
  tenant: v.string(),
  channel: v.string(),
  role,
  clientId: v.string(),
  subject: v.string(),
  // API Gateway hands every value of the authorizer's context on as text.
  maxFrameBytes: v.pipe(v.union([v.string(), v.number()]), v.transform(Number), v.safeInteger()),
});

/** The identity that the authorizer put into the request context. Throws Failure `identity_missing`. */
export function readIdentity(authorizer: unknown): Identity {
  const result = v.safeParse(identity, authorizer);
  if (result.success) return result.output;
  const missing = v.getDotPath(result.issues[0]) ?? "all of it";
  throw new Failure("identity_missing", `the authorizer's context lacks ${missing}`);
}

/** The key of a tenant's channel. Neither part can hold a `#`. */
export const channelKey = (tenant: string, channel: string): string => `${tenant}#${channel}`;

/** The name under which a connection is found in its channel. */
export const memberName = (member: Pick<Identity, "role" | "clientId">): string =>
  member.role === "MASTER" ? masterName : member.clientId;
