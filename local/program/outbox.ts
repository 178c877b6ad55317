/**
 * Passes on together what is put in within one turn of the event loop, in its order: between processes a message costs
 * more than what is in it.
 */
export class Outbox<Message> {
  readonly #send: (messages: readonly Message[]) => void;
  #waiting: Message[] = [];

  constructor(send: (messages: readonly Message[]) => void) {
    this.#send = send;
  }

  put(message: Message): void {
    if (this.#waiting.push(message) === 1) setImmediate(() => this.#send(this.take()));
  }

  /** What waits, which is then passed on by the caller: with its last word before the process ends. */
  take(): readonly Message[] {
    const messages = this.#waiting;
    this.#waiting = [];
    return messages;
  }
}
