// One file for all, since each file of tests loads the Pulumi SDK anew.
import "./rules/apis.ts";
import "./rules/authorization.ts";
import "./rules/backups.ts";
import "./rules/dead-letters.ts";
import "./rules/firewalls.ts";
import "./rules/functions.ts";
import "./rules/logs.ts";
import "./rules/queues.ts";
import "./rules/resource-policies.ts";
import "./rules/roles.ts";
import "./rules/secrets.ts";
import "./rules/stages.ts";
import "./rules/tables.ts";
import "./rules/topics.ts";
import "./rules/triggers.ts";
import "./rules/trust.ts";
import "./rules/webhooks.ts";
