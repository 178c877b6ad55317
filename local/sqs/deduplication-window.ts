const window = 5 * 60 * 1000;

export interface Sent {
  readonly messageId: string;
  readonly sequenceNumber: string;
}

/**
 * What was sent to one FIFO queue in the last five minutes, by deduplication id
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html).
 * Of what a data folder keeps, only messages still in the queue are known again after a restart.
 */
export class DeduplicationWindow {
  readonly #sent = new Map<string, Sent & { readonly at: number }>();

  find(id: string, now: number): Sent | undefined {
    // A map keeps its order of insertion, so the oldest come first.
    for (const [oldId, { at }] of this.#sent) {
      if (at + window > now) break;
      this.#sent.delete(oldId);
    }
    return this.#sent.get(id);
  }

  add(id: string, sent: Sent, at: number): void {
    this.#sent.set(id, { ...sent, at });
  }
}
