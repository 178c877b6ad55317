/**
 * The catalogue of deployed functions: the path of each handler module below this folder, and the
 * environment variables it reads. Types only; the components bundle the modules by these paths.
 */
export interface Functions {
  "signaling/authorize": import("./signaling/authorize.ts").Environment;
  "signaling/peer-connection": import("./signaling/peer-connection.ts").Environment;
  "signaling/relay": import("./signaling/relay.ts").Environment;
  "signaling/topics": import("./signaling/topics.ts").Environment;
  "signaling/deliver": import("./signaling/deliver.ts").Environment;
  "signaling/sweep": import("./signaling/sweep.ts").Environment;
  "signaling/revoke": import("./signaling/revoke.ts").Environment;
  "billing/webhook": import("./billing/webhook.ts").Environment;
  "billing/project-subscription": import("./billing/project-subscription.ts").Environment;
  "billing/review-customers": import("./billing/review-customers.ts").Environment;
  "billing/reconcile": import("./billing/reconcile.ts").Environment;
  "billing/issue-proof": import("./billing/issue-proof.ts").Environment;
  "billing/create-subscription": import("./billing/create-subscription.ts").Environment;
  "billing/show-subscription": import("./billing/show-subscription.ts").Environment;
  "billing/change-subscription": import("./billing/change-subscription.ts").Environment;
  "billing/open-portal": import("./billing/open-portal.ts").Environment;
  "billing/list-plans": import("./billing/list-plans.ts").Environment;
}
