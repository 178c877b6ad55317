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
  "billing/webhook/webhook": import("./billing/webhook/webhook.ts").Environment;
  "billing/projection/project-subscription": import("./billing/projection/project-subscription.ts").Environment;
  "billing/repair/review-customers": import("./billing/repair/review-customers.ts").Environment;
  "billing/repair/reconcile": import("./billing/repair/reconcile.ts").Environment;
  "billing/proofs/issue-proof": import("./billing/proofs/issue-proof.ts").Environment;
  "billing/purchases/create-subscription": import("./billing/purchases/create-subscription.ts").Environment;
  "billing/subscriptions/show-subscription": import("./billing/subscriptions/show-subscription.ts").Environment;
  "billing/subscriptions/change-subscription": import("./billing/subscriptions/change-subscription.ts").Environment;
  "billing/subscriptions/open-portal": import("./billing/subscriptions/open-portal.ts").Environment;
  "billing/purchases/list-plans": import("./billing/purchases/list-plans.ts").Environment;
}
