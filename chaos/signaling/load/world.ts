import type { Random } from "../../random.ts";
import type { Recorder } from "./recorder.ts";
import type { System } from "./system.ts";

/** What everybody in a wave shares. */
export interface World {
  readonly system: System;
  readonly recorder: Recorder;
  /** Of what need not repeat. */
  readonly random: Random;
  /** Announced clients acknowledge SDPs. */
  readonly acks: boolean;
  /** Unique in the run. */
  newId(prefix: string): string;
  pause(milliseconds: number): Promise<void>;
  /** True when it held within so many milliseconds. */
  until(holds: () => boolean, milliseconds: number): Promise<boolean>;
  /** The run was interrupted. */
  readonly over: boolean;
}
