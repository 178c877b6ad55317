import { clientIdProblem, masterName } from "../shared/client-id.ts";
import { type Identity, memberName } from "./identity.ts";
import type { RefusalCode } from "./protocol.ts";

export type Addressed =
  | { readonly kind: "recipient"; readonly name: string }
  | { readonly kind: "refused"; readonly code: RefusalCode };

/**
 * Whom a frame reaches: a VIEWER's frame its channel's master, whatever recipient it names; a MASTER's
 * the client that it names; a PEER's any member that it names, the master too. Nobody reaches themselves.
 */
export function addressee(sender: Identity, recipientClientId: unknown): Addressed {
  if (sender.role === "VIEWER") return { kind: "recipient", name: masterName };
  if (recipientClientId === undefined || recipientClientId === null || recipientClientId === "") {
    return { kind: "refused", code: "recipient_missing" };
  }
  if (typeof recipientClientId !== "string") return { kind: "refused", code: "recipient_invalid" };
  if (recipientClientId === memberName(sender)) return { kind: "refused", code: "recipient_not_allowed" };
  if (recipientClientId === masterName) return { kind: "recipient", name: masterName };
  if (clientIdProblem(recipientClientId)) return { kind: "refused", code: "recipient_invalid" };
  return { kind: "recipient", name: recipientClientId };
}
