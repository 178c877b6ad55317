import type { GrantUse } from "../../tests/journeys/running-program.ts";

/** AWS calls of one role by one action, divided by the frames that were relayed meanwhile. */
export interface CallsPerFrame {
  readonly role: string;
  readonly action: string;
  readonly calls: number;
}

/**
 * What functions called with their roles between two readings of the grants' use counts, for each frame,
 * most first. Left out: writing logs, which the platform does, and receiving from a queue, which its
 * poller does without frames too. Policies of resources (queues, functions) are no role's.
 */
export function callsPerFrame(
  before: readonly GrantUse[],
  after: readonly GrantUse[],
  frames: number,
): CallsPerFrame[] {
  const counts = new Map<string, CallsPerFrame>();
  const add = (grants: readonly GrantUse[], sign: 1 | -1) => {
    for (const { holder: role, action, uses } of grants) {
      if (role.startsWith("arn:") || /^(logs|xray):/.test(action) || action === "sqs:ReceiveMessage")
        continue;
      const key = `${role} ${action}`;
      const calls = (counts.get(key)?.calls ?? 0) + sign * uses;
      counts.set(key, { role, action, calls });
    }
  };
  add(after, 1);
  add(before, -1);
  return [...counts.values()]
    .filter(({ calls }) => calls > 0)
    .map((count) => ({ ...count, calls: count.calls / frames }))
    .sort((a, b) => b.calls - a.calls);
}
