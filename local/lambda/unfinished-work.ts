/** Active resources by kind: how many keep this thread's event loop alive. */
export type ActiveResources = ReadonlyMap<string, number>;

const ignored = new Set([
  // Runs before Lambda could freeze the process.
  "Immediate",
  // The instance's own.
  "MessagePort",
  // Over in a moment, and the SDK begins to read its configuration files before anyone waits for them.
  "FSReqCallback",
  "FSReqPromise",
  "FILEHANDLE",
  "FILEHANDLECLOSEREQ",
]);

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

/**
 * The work that a handler left pending when it returned. A finished HTTP exchange gives its socket back
 * within a few turns of the event loop, so only what is still there after ten of them counts.
 */
export async function unfinishedSince(before: ActiveResources): Promise<string[]> {
  let added = addedSince(before, activeResources());
  for (let turn = 0; added.length > 0 && turn < turnsToSettle; turn++) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    added = addedSince(before, activeResources());
  }
  return added;
}
