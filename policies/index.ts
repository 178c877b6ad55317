import type { Rule } from "./rule.ts";
import { logsExpire } from "./rules/logs-expire.ts";
import { queueHasDeadLetters } from "./rules/queue-has-dead-letters.ts";
import { roleNamesItsActions } from "./rules/role-names-its-actions.ts";
import { tableExpiresRows } from "./rules/table-expires-rows.ts";
import { tableRecovers } from "./rules/table-recovers.ts";

/** What no stack may do. */
export const rules: readonly Rule[] = [
  queueHasDeadLetters,
  tableExpiresRows,
  tableRecovers,
  logsExpire,
  roleNamesItsActions,
];
