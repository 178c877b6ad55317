import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** What a process has in use, with all its threads. */
export interface ProcessUse {
  readonly residentBytes: number;
  /** Since it began. Absent where there is no `/proc`. */
  readonly cpuMilliseconds?: number;
}

/**
 * Of the one process of a process group whose command line matches, from `/proc` on Linux, else from `ps`. Undefined
 * when there is no such process, or more than one.
 */
export function processUse(group: number, command: RegExp): ProcessUse | undefined {
  const processes = process.platform === "linux" ? fromProc(group) : fromPs(group);
  const matching = processes.filter((one) => command.test(one.command));
  return matching.length === 1 ? matching[0] : undefined;
}

interface Process extends ProcessUse {
  readonly command: string;
}

/** Milliseconds of a tick of `/proc/[pid]/stat`: 100 a second on every Linux that Node runs on. */
const tick = 10;

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html and proc_pid_status.5.html */
function fromProc(group: number): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const afterName = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\)/s, "").trim().split(" ");
        if (Number(afterName[2]) !== group) return [];
        const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
        const cpuMilliseconds = (Number(afterName[11]) + Number(afterName[12])) * tick;
        return [{ command, residentBytes: Number(kilobytes ?? 0) * 1024, cpuMilliseconds }];
      } catch {
        // The process ended while it was looked at.
        return [];
      }
    });
}

function fromPs(group: number): Process[] {
  const table = execFileSync("ps", ["-A", "-o", "pgid=,rss=,args="], { encoding: "utf8" });
  return table.split("\n").flatMap((line) => {
    const [, pgid, kilobytes, command = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(pgid) === group ? [{ command, residentBytes: Number(kilobytes) * 1024 }] : [];
  });
}
