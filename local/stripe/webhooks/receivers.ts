import type { Account } from "../account.ts";
import type { SnapshotEvent, ThinEvent } from "../event-log.ts";
import type { Receiver } from "./deliveries.ts";

/** The enabled endpoints that want an event of this type and kind, in the order in which they were made. */
export function receiversOf(account: Account, event: SnapshotEvent | ThinEvent): Receiver[] {
  const isSnapshot = "object" in event;
  const endpoints = account.webhookEndpoints
    .oldestFirst()
    .filter(
      ({ status, enabled_events }) => isSnapshot && status === "enabled" && wants(enabled_events, event.type),
    )
    .map(({ id, url, api_version }): Receiver => ({ id, url, version: api_version }));
  const destinations = account.eventDestinations
    .oldestFirst()
    .filter(
      ({ status, enabled_events, event_payload }) =>
        status === "enabled" &&
        (event_payload === "snapshot") === isSnapshot &&
        wants(enabled_events, event.type),
    )
    .map(({ id, webhook_endpoint, snapshot_api_version }): Receiver => {
      return { id, url: webhook_endpoint?.url ?? "", version: snapshot_api_version ?? null };
    });
  return [...endpoints, ...destinations];
}

const wants = (enabled: readonly string[], type: string) => enabled.includes("*") || enabled.includes(type);
