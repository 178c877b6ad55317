import { AwsError } from "../aws-error.ts";
import type { Clock } from "../clock.ts";
import type { LogLine, Logs } from "./logs.ts";

export interface LogsOptions {
  readonly clock: Clock;
  /** Of all groups together; the oldest go first. Default 20,000. */
  readonly maximumLines?: number;
  /** Of all lines together, in UTF-16 units. Default 16 million. */
  readonly maximumCharacters?: number;
}

const day = 24 * 60 * 60 * 1000;

/** Log groups in memory, bounded: the newest lines that fit are kept, and none beyond its group's retention. */
export function createLogs(options: LogsOptions): Logs {
  const { clock, maximumLines = 20_000, maximumCharacters = 16_000_000 } = options;
  const retentions = new Map<string, number>();
  let kept: LogLine[] = [];
  let dropped = 0;
  let characters = 0;

  const dropOldest = () => {
    while (kept.length - dropped > maximumLines || characters > maximumCharacters) {
      characters -= kept[dropped]?.message.length ?? 0;
      dropped++;
    }
    // Moving the rest forward costs its length, so it waits until as many were dropped.
    if (dropped > maximumLines) {
      kept = kept.slice(dropped);
      dropped = 0;
    }
  };
  const isRetained = ({ logGroup, time }: LogLine) => {
    const retention = retentions.get(logGroup) ?? 0;
    return retention === 0 || time > clock.now() - retention * day;
  };

  return {
    putLogGroup(name, retentionInDays) {
      retentions.set(name, retentionInDays);
    },
    deleteLogGroup(name) {
      retentions.delete(name);
      kept = kept.slice(dropped).filter(({ logGroup }) => logGroup !== name);
      dropped = 0;
      characters = kept.reduce((sum, { message }) => sum + message.length, 0);
    },
    append(logGroup, message) {
      if (!retentions.has(logGroup)) {
        throw new AwsError(
          "ResourceNotFoundException",
          400,
          `The specified log group does not exist: ${logGroup}`,
        );
      }
      kept.push({ time: clock.now(), logGroup, message });
      characters += message.length;
      dropOldest();
    },
    lines({ logGroup, since = Number.NEGATIVE_INFINITY, limit = maximumLines } = {}) {
      const found: LogLine[] = [];
      for (let place = kept.length - 1; place >= dropped && found.length < limit; place--) {
        const line = kept[place];
        if (!line || line.time < since) break;
        if ((logGroup === undefined || line.logGroup === logGroup) && isRetained(line)) found.push(line);
      }
      return found.reverse();
    },
    groups: () => [...retentions].map(([name, retentionInDays]) => ({ name, retentionInDays })),
  };
}
