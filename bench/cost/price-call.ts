import type { CallUsage } from "./call-usage.ts";
import type { Price, PriceName } from "./prices.ts";

export interface PricedLine {
  readonly price: PriceName;
  readonly quantity: number;
  /** Of a million calls. */
  readonly dollars: number;
}

type Prices = Readonly<Record<PriceName, Price>>;

/** What a million calls with this usage cost, by price. */
export function priceCall(usage: CallUsage, prices: Prices): PricedLine[] {
  return (
    [
      ["webSocketMessage", usage.messages],
      ["connectionMinute", usage.connectionMinutes],
      ["lambdaRequest", usage.invocations],
      ["lambdaGigabyteSecond", usage.gigabyteSeconds],
      ["readRequestUnit", usage.readRequestUnits],
      ["writeRequestUnit", usage.writeRequestUnits],
      ["logGigabyte", usage.logGigabytes],
    ] as const
  ).map(([price, quantity]) => ({ price, quantity, dollars: ofMillion(quantity, prices[price]) }));
}

/** What KVS charges for a million calls of so many frames, without what it charges for their channels. */
export interface KvsCost {
  /** If a relayed frame is one signaling message. */
  readonly once: number;
  /** If it is one for the sender and one for the receiver. AWS's page does not say. */
  readonly twice: number;
}

/** `frames` of a call, as clients send them. */
export function priceKvsCall(frames: number, { kvsSignalingMessage }: Prices): KvsCost {
  return { once: ofMillion(frames, kvsSignalingMessage), twice: ofMillion(2 * frames, kvsSignalingMessage) };
}

/**
 * Calls of a channel in a month up to which KVS's charge for the channel is more than what Synapse-D costs
 * over KVS's messages; undefined when it is cheaper anyway. In dollars of a million calls.
 */
export function breakEvenCalls(
  synapse: number,
  kvs: number,
  { kvsActiveChannelMonth }: Prices,
): number | undefined {
  return synapse > kvs
    ? Math.floor((kvsActiveChannelMonth.dollars * 1_000_000) / (synapse - kvs))
    : undefined;
}

/** Dollars of the sum. */
export const total = (lines: readonly PricedLine[]): number =>
  lines.reduce((sum, { dollars }) => sum + dollars, 0);

const ofMillion = (quantity: number, { dollars, per }: Price): number =>
  (quantity * 1_000_000 * dollars) / per;
