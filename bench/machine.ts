import { availableParallelism, cpus, loadavg } from "node:os";

/** Where a bench ran. */
export interface Machine {
  readonly node: string;
  readonly platform: string;
  readonly processors: string;
  /** The load average of the last minute, before and after. */
  readonly load: readonly [number, number];
}

/** The load average of the last minute. */
export const loadNow = (): number => loadavg()[0] ?? 0;

/** This machine, after a bench that began at this load. */
export const machine = (loadBefore: number): Machine => ({
  node: process.versions.node,
  platform: `${process.platform} ${process.arch}`,
  processors: `${availableParallelism()} × ${cpus()[0]?.model ?? "unknown"}`,
  load: [loadBefore, loadNow()],
});

/** One line for a person. */
export const machineLine = ({ node, platform, processors, load }: Machine): string =>
  `${platform}, ${processors}, Node ${node}, load ${load.map((one) => one.toFixed(1)).join(" → ")}.`;
