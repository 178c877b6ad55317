import { inVersion } from "../api/versions.ts";
import type { SnapshotEvent, ThinEvent } from "../event-log.ts";

/** A snapshot event as it is sent and read, in the shape of a version. */
export const snapshotBody = (event: SnapshotEvent, version: string, pendingWebhooks: number) => ({
  id: event.id,
  object: "event",
  api_version: version,
  created: event.created,
  data: {
    object: inVersion(event.object, version),
    ...(event.previous && { previous_attributes: event.previous }),
  },
  livemode: false,
  pending_webhooks: pendingWebhooks,
  request: { id: event.request?.id ?? null, idempotency_key: event.request?.idempotencyKey ?? null },
  type: event.type,
});

/** A thin event: what is sent names the object; what is read also tells what changed. It has no version. */
export const thinBody = (event: ThinEvent, isRead: boolean) => ({
  id: event.id,
  object: "v2.core.event",
  created: new Date(event.created * 1_000).toISOString(),
  livemode: false,
  ...(event.request && {
    reason: {
      type: "request",
      request: { id: event.request.id, idempotency_key: event.request.idempotencyKey ?? "" },
    },
  }),
  related_object: event.related,
  snapshot_event: event.snapshot,
  type: event.type,
  ...(isRead && event.changes && { changes: event.changes }),
});
