import * as v from "valibot";
import { type Asked, askService } from "./ask-service.ts";
import type { Services } from "./services.ts";

const moved = v.object({ now: v.number() });

/** The most that the control API moves the clock in one call. */
const mostMs = 40 * 24 * 60 * 60 * 1_000;

/** The calls that move the clock this far. */
export function stepsOf(milliseconds: number): number[] {
  const full = Math.floor(milliseconds / mostMs);
  const rest = milliseconds % mostMs;
  return [...Array<number>(full).fill(mostMs), ...(rest > 0 ? [rest] : [])];
}

/** Moves the local cloud's clock; answers its time, in epoch milliseconds. */
export async function advanceClock({ control }: Services, milliseconds: number): Promise<Asked<number>> {
  let now = 0;
  for (const advanceMs of stepsOf(milliseconds)) {
    const step = await askService("The local cloud", moved, `${control}/clock`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ advanceMs }),
    });
    if (step.kind === "refused") return step;
    now = step.answer.now;
  }
  return { kind: "answered", answer: now };
}
