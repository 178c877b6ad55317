import { type Access, type CurrentAccess, dynamoCurrentAccess } from "../billing/access/current-access.ts";
import { plans } from "../billing/access/plans.ts";
import type { DynamoDBClient } from "../shared/aws/dynamodb.ts";
import { isRetryable } from "../shared/failure.ts";
import { readJson } from "../shared/read-json.ts";
import { resilient } from "../shared/resilience.ts";
import type { Line } from "../shared/telemetry.ts";
import { type ConnectedIdentity, userOf } from "./identity.ts";
import type { Message } from "./message-event.ts";

/** Milliseconds for which what was read of a user's access is used again. */
const knownFor = 5_000;
const most = 1_000;

/**
 * What holds for those who pay, as this instance has read it: one call for each user every five seconds in which
 * the user sends. While the table fails, what was read last holds on, or else what the proof said.
 */
export class LiveLimits {
  readonly #access: CurrentAccess;
  readonly #known = new Map<string, { readonly access: Access; readonly readAt: number }>();

  constructor(access: CurrentAccess) {
    this.#access = access;
  }

  /** The access of a sender, at most five seconds old at `now` (epoch ms). Of a free one the proof's; no call. */
  async of(sender: ConnectedIdentity, now: number, line: Line): Promise<Access> {
    const given = { kind: "entitled", limits: sender.limits } as const;
    if (!sender.paid) return given;
    const user = userOf(sender);
    const known = this.#known.get(user);
    if (known && now >= known.readAt && now - known.readAt < knownFor) return known.access;
    const access = await this.#read(user, now, known?.access ?? given, line);
    this.#known.delete(user);
    this.#known.set(user, { access, readAt: now });
    if (this.#known.size > most) this.#known.delete(this.#known.keys().next().value ?? "");
    return access;
  }

  async #read(user: string, now: number, otherwise: Access, line: Line): Promise<Access> {
    try {
      return await this.#access(user, Math.floor(now / 1000));
    } catch (error) {
      if (!isRetryable(error)) throw error;
      line.add({ code: "access_unread" });
      return otherwise;
    }
  }
}

export interface LiveLimitsPorts {
  /** Of this instance; undefined where nothing is sold. */
  readonly liveLimits?: LiveLimits | undefined;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** The message with the limits that hold for its sender now; without access those of the proof. */
export async function underLiveLimits(
  { liveLimits, now }: LiveLimitsPorts,
  message: Message,
  line: Line,
): Promise<{ readonly message: Message; readonly hasAccess: boolean }> {
  const access = await liveLimits?.of(message.sender, now(), line);
  if (!access) return { message, hasAccess: true };
  if (access.kind === "ended") return { message, hasAccess: false };
  return { message: { ...message, sender: { ...message.sender, limits: access.limits } }, hasAccess: true };
}

/** Where something is sold: what users have bought, and JSON of the plans. Else both are empty. */
export interface LiveLimitsEnvironment {
  readonly CUSTOMERS_TABLE: string;
  readonly PLANS: string;
}

/** A frame does not wait longer for this than for a warm recipient: what was read before serves as well. */
const patience = { retries: 1, attempt: 500, total: 800 };

/** Undefined where nothing is sold. Throws Failure `environment_invalid`. */
export function liveLimits(
  client: DynamoDBClient,
  { CUSTOMERS_TABLE, PLANS }: LiveLimitsEnvironment,
): LiveLimits | undefined {
  if (PLANS === "") return undefined;
  const guarded = resilient("dynamodb", patience);
  return new LiveLimits(
    dynamoCurrentAccess(client, CUSTOMERS_TABLE, guarded, readJson("PLANS", PLANS, plans)),
  );
}
