/**
 * Why `Pulumi.dev.yaml` and `Pulumi.prod.yaml` differ: for each key that does, or for all below it, one reason. Whatever
 * stands in neither is meant to be the same.
 */
export const stackDifferences: Readonly<Record<string, string>> = {
  "synapse-d:oidc.tenantClaim":
    "In prod every token names its tenant. It is the default, written out since access depends on it.",
  "synapse-d:oidc.sharedTenant":
    "A developer's token may name no tenant. In prod strangers would meet in one.",
  "synapse-d:freePlan": "Whoever tries dev has paid nothing. In prod access is paid for.",
  "synapse-d:stripe.successUrl": "Each stack leads back to its own pages.",
  "synapse-d:stripe.cancelUrl": "Each stack leads back to its own pages.",
  "synapse-d:stripe.portalReturnUrl": "Each stack leads back to its own pages.",
  "synapse-d:corsOrigins": "Only the stack's own pages may call it: dev's are on the developer's machine.",
  "synapse-d:logRetentionDays":
    "Dev's lines are read the same week; prod's as long as customers ask about a month.",
  "synapse-d:backup.locked":
    "Nobody, by mistake or on purpose, deletes prod's backups before their time. A lock would hinder whoever makes and destroys dev.",
  "synapse-d:backup.restoreTests":
    "What cannot be restored is no backup. Restores cost money, and dev's rows are nobody's.",
};
