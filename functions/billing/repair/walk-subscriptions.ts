import { bulkhead } from "cockatiel";
import { Failure } from "../../shared/failure.ts";
import { differsFromRow } from "./differs-from-row.ts";
import { atOnce, type Run, type StepEnd } from "./reconciler-run.ts";
import type { ListedSubscription } from "./stripe-lists.ts";

/** Pages of 100 that one run walks at most. */
const mostPages = 10;
/** Seconds from the beginning of a walk to that of the next: Stripe counts what is read. */
const walkEvery = 60 * 60;

/**
 * Goes through all of Stripe's subscriptions, page by page and run by run, and asks for a refresh of every customer
 * whose row would change by it. At the end it begins again, an hour after it began at the earliest.
 */
export async function walkSubscriptions(run: Run): Promise<StepEnd> {
  const { walkBegan, walkAfter } = run.saved();
  if (walkAfter === undefined && run.now < walkBegan + walkEvery) return "done";
  const began = walkAfter === undefined ? run.now : walkBegan;
  let after = walkAfter;
  for (let pages = 0; pages < mostPages && !run.isLate(); pages += 1) {
    const page = await run.lists.subscriptions(after);
    const { walkAfter: _, ...kept } = run.saved();
    if (!page) return (await run.save({ ...kept, walkBegan: 0 })) ? "cursor_lost" : "other_run";
    if (page.unreadable > 0) {
      run.faults.push(new Failure("stripe_malformed", "expected a list of subscriptions"));
    }
    await run.ask(await drifted(run, page.items));
    after = page.next;
    const isSaved = await run.save({
      ...kept,
      walkBegan: began,
      ...(after !== undefined && { walkAfter: after }),
    });
    if (!isSaved) return "other_run";
    run.counts.walkEnded = after === undefined;
    if (after === undefined) return "done";
  }
  return "deadline_reached";
}

/** The customers whose row a refresh would change. */
async function drifted(run: Run, listed: readonly ListedSubscription[]): Promise<readonly string[]> {
  const limited = bulkhead(atOnce, Number.MAX_SAFE_INTEGER);
  const customers = [...Map.groupBy(listed, ({ customerId }) => customerId)];
  const compared = await Promise.all(
    customers.map(([id, theirs]) => limited.execute(() => compare(run, id, theirs))),
  );
  const found = customers.flatMap(([id], index) => (compared[index] === "drifted" ? [id] : []));
  run.counts.compared += customers.length;
  run.counts.drifted += found.length;
  run.counts.unknown += compared.filter((each) => each === "unknown").length;
  return found;
}

type Compared = "same" | "drifted" | "unknown" | "unreadable";

async function compare(
  run: Run,
  customerId: string,
  listed: readonly ListedSubscription[],
): Promise<Compared> {
  const user = listed[0]?.user ?? (await run.customers.userOf(customerId));
  if (user === undefined) return "unknown";
  try {
    const row = await run.customers.read(user);
    if (row?.stripeCustomerId === undefined) return "drifted";
    if (row.stripeCustomerId !== customerId) return "unknown";
    const differs = listed.some(({ subscription }) =>
      differsFromRow(row.subscriptions, subscription, run.plans, run.access, run.now),
    );
    return differs ? "drifted" : "same";
  } catch (error) {
    // One row that nobody can read must not keep the walk from all that follow.
    if (!(error instanceof Failure) || error.code !== "row_malformed") throw error;
    run.faults.push(error);
    return "unreadable";
  }
}
