/** Active resources by kind: how many keep this thread's event loop alive. */
export type ActiveResources = ReadonlyMap<string, number>;

/** An immediate runs before Lambda could freeze the process; the port is the instance's own. */
const ignored = new Set(["Immediate", "MessagePort"]);

/**
 * Over in a moment, so waited for and never reported: the SDK begins to read its configuration files
 * before anyone asks for them, and a call that nobody awaits begins with them too.
 */
const files = new Set(["FSReqCallback", "FSReqPromise", "CloseReq"]);

/**
 * What keeps the event loop alive now. A socket that waits in a keep-alive agent does not (Node
 * unreferences it), nor does a cleared or unreferenced timer.
 */
export function activeResources(): ActiveResources {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (!ignored.has(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

/** The kinds of which there are more than before, each as often as it was added. */
export function addedSince(before: ActiveResources, now: ActiveResources): string[] {
  return [...now].flatMap(([kind, count]) =>
    Array.from({ length: Math.max(0, count - (before.get(kind) ?? 0)) }, () => kind),
  );
}

const turnsToSettle = 10;
const turnsForFiles = 2000;

/**
 * The work that a handler left pending when it returned. A call that it did not await starts within a
 * turn of the event loop, and a finished HTTP exchange gives its socket back within a few, so only what is
 * there after the first turn and still there after the tenth counts.
 */
export async function unfinishedSince(before: ActiveResources): Promise<string[]> {
  for (let turn = 1; ; turn++) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    const added = addedSince(before, activeResources());
    const reported = added.filter((kind) => !files.has(kind));
    if (added.length === 0 || turn >= turnsForFiles) return reported;
    if (reported.length === added.length && turn >= turnsToSettle) return reported;
  }
}
