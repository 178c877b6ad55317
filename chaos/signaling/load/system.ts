import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { parse } from "yaml";
import { startChild } from "../../../bench/child.ts";
import { type Ready, requestProof, userToken } from "../../../tests/journeys/running-program.ts";
import { type Levers, leversOf } from "../../levers.ts";
import type { MemberRecord } from "../ledger.ts";

/** The system under test, in its own process, with the levers of its control API. */
export interface System extends Omit<Levers, "control"> {
  readonly messageTtlMs: number;
  /** A new proof with its URL; undefined when the system refuses for now. */
  proof(member: MemberRecord): Promise<{ readonly proof: string; readonly url: string } | undefined>;
  /** Has the connection vanish whose client has this port. False when there is none. */
  vanish(clientPort: number, mode: "gone" | "half-open"): Promise<boolean>;
  stop(): Promise<void>;
}

const proofAnswer = v.object({ proof: v.string(), url: v.string() });
const connectionsAnswer = v.object({
  connections: v.array(v.object({ id: v.string(), clientPort: v.number() })),
});
const plan = v.object({ "synapse-d:freePlan": v.object({ messageTtlSeconds: v.optional(v.number(), 60) }) });

/** Runs `npm start` with so many instances a function until it is ready. */
export async function startSystem(instances: number): Promise<System> {
  const options = ["--json", "--port", "0", "--instances", String(instances)];
  const child = await startChild("npm", ["start", "--silent", "--", ...options]);
  const ready = child.ready as unknown as Ready;

  const { control, ...levers } = await leversOf(ready);
  const { clock } = levers;
  const tokens = new Map<string, { readonly token: string; readonly until: number }>();

  return {
    messageTtlMs: messageTtlMs(),
    proof: async (member) => {
      const { tenant, channel, name, role } = member;
      const user = `${channel}-${name}`;
      const now = clock.now().latest;
      let known = tokens.get(member.id);
      if (!known || known.until < now) {
        known = { token: await userToken(ready, user, tenant), until: now + 30 * 60_000 };
        tokens.set(member.id, known);
      }
      const request = { channel, role, ...(role !== "MASTER" && { clientId: name }) };
      const response = await requestProof(ready, known.token, request);
      const answer: unknown = await response.json();
      return response.status === 201 ? v.parse(proofAnswer, answer) : undefined;
    },
    ...levers,
    vanish: async (clientPort, mode) => {
      const { connections } = v.parse(connectionsAnswer, await control("GET", "/connections"));
      const id = connections.find((connection) => connection.clientPort === clientPort)?.id;
      if (id === undefined) return false;
      await control("POST", `/connections/${encodeURIComponent(id)}/vanish`, { mode });
      return true;
    },
    stop: () => child.stop(),
  };
}

/** How long the plan of `npm start` lets a frame wait. */
function messageTtlMs(): number {
  const file = join(import.meta.dirname, "..", "..", "..", "Pulumi.dev.yaml");
  const { config } = v.parse(v.object({ config: plan }), parse(readFileSync(file, "utf8")));
  return config["synapse-d:freePlan"].messageTtlSeconds * 1_000;
}
