import type { MemberRecord } from "../ledger.ts";
import { type Arrival, Client, type Style } from "./client.ts";
import { candidate, description } from "./payloads.ts";
import type { World } from "./world.ts";

/** A name in a room, and the page that bears it now. */
export class Member {
  readonly record: MemberRecord;
  readonly style: Style;
  readonly #world: World;
  readonly #answers: Map<string, string>;
  #client: Client | undefined;
  readonly #pages: Client[] = [];
  /** It does not answer offers. */
  silent = false;

  /** `answers` is shared by a room: which SDP answered which offer, by their ufrags. */
  constructor(world: World, record: MemberRecord, style: Style, answers: Map<string, string>) {
    this.#world = world;
    this.record = record;
    this.style = style;
    this.#answers = answers;
    world.recorder.members.push(record);
  }

  get name(): string {
    return this.record.name;
  }

  get client(): Client | undefined {
    return this.#client;
  }

  get announces(): boolean {
    return this.style === "announced" || this.style === "numbered";
  }

  /** A page is loaded, and connects. */
  async arrive(): Promise<void> {
    const client = new Client(this.#world, this.record, this.style);
    client.onArrival = (arrival) => this.#onArrival(client, arrival);
    this.#client = client;
    this.#pages.push(client);
    await client.connect();
  }

  leave(how: "politely" | "at once" = "politely"): void {
    this.#client?.close("all", how);
    this.#client = undefined;
  }

  /** Every page that ever bore the name is closed. */
  end(): void {
    for (const page of this.#pages) page.close("all", "at once");
  }

  /** What its page still hopes to have answered. */
  get unanswered(): number {
    return this.#client?.unanswered ?? 0;
  }

  /** The page is loaded again: a new client of the same name. */
  async refresh(): Promise<void> {
    this.leave(this.#world.random.chance(0.5) ? "politely" : "at once");
    await this.arrive();
  }

  /** The page is opened a second time; the first one stays for a while. */
  async replace(): Promise<() => void> {
    const older = this.#client;
    await this.arrive();
    return () => older?.close();
  }

  /** The network is lost and comes back: an announced client resumes, a stock one is a fresh client. */
  async loseNetwork(how: "gone" | "half-open"): Promise<void> {
    const client = this.#client;
    if (!client) return;
    await client.vanish(how);
    if (this.announces) await client.connect();
    else await this.refresh();
  }

  /** Make before break: the new socket first, then the older one is closed. */
  async moveOver(): Promise<void> {
    const client = this.#client;
    if (!client || !this.announces) return;
    client.mustReconnect = false;
    await client.connect();
    await this.#world.pause(300);
    client.close("older");
  }

  /** Sends an SDP with candidates right behind it, and returns its ufrag; undefined when it is not connected. */
  describe(
    kind: "SDP_OFFER" | "SDP_ANSWER",
    to: string,
    seed: string,
    before = 0,
    skip = 0,
  ): string | undefined {
    const client = this.#client;
    if (!client?.isOpen) return undefined;
    const random = this.#world.random.part(seed);
    const name = this.#world.newId("u");
    const { json, ufrag } = description(random, name, kind === "SDP_OFFER" ? "offer" : "answer");
    // Stock clients mostly send no correlation id.
    const correlated = this.announces || random.chance(0.6);
    for (let early = 0; early < before; early += 1) this.trickle(to, ufrag, `${seed}/early-${early}`);
    client.send({ kind, to, json, ufrag, correlated, skip });
    const count = random.whole(0, 3);
    for (let number = 0; number < count; number += 1) this.trickle(to, ufrag, `${seed}/${number}`);
    return ufrag;
  }

  /** Sends one candidate of an SDP. */
  trickle(to: string, ufrag: string, seed: string): void {
    const random = this.#world.random.part(seed);
    const payload = candidate(random, this.#world.newId("k"), ufrag);
    const correlated = this.announces || random.chance(0.6);
    this.#client?.send({ kind: "ICE_CANDIDATE", to, correlated, ...payload });
  }

  #onArrival(client: Client, { kind, from, ufrag }: Arrival): void {
    if (kind !== "SDP_OFFER" || ufrag === undefined || this.silent) return;
    const seed = `answer/${ufrag}`;
    const fate = this.#world.random.part(seed).next();
    if (fate < 0.05) return;
    const answer = () => {
      if (client !== this.#client) return;
      const answered = this.describe("SDP_ANSWER", from, seed);
      if (answered !== undefined) this.#answers.set(ufrag, answered);
    };
    if (fate < 0.85) answer();
    else void this.#world.pause(fate * 200).then(answer);
  }
}
