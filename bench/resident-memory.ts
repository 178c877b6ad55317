import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/**
 * Bytes of resident memory of the one process of a process group whose command line matches: the whole
 * process, its worker threads included. From `/proc` on Linux, else from `ps`. Undefined when there is
 * no such process, or more than one.
 */
export function residentMemory(group: number, command: RegExp): number | undefined {
  const processes = process.platform === "linux" ? fromProc(group) : fromPs(group);
  const matching = processes.filter((one) => command.test(one.command));
  return matching.length === 1 ? matching[0]?.residentBytes : undefined;
}

interface Process {
  readonly command: string;
  readonly residentBytes: number;
}

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
        return [{ command, residentBytes: Number(kilobytes ?? 0) * 1024 }];
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
