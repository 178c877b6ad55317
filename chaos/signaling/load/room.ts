import type { Random } from "../../random.ts";
import type { MemberRecord } from "../ledger.ts";
import type { Style } from "./client.ts";
import { courseOf, type Scene } from "./courses.ts";
import { Member } from "./member.ts";
import type { World } from "./world.ts";

/** A channel in which so many negotiations happen, one or two at a time. */
export class Room {
  readonly members: readonly Member[];
  readonly #world: World;
  readonly #random: Random;
  readonly #name: string;
  readonly #reach: (from: Member, to: Member) => boolean;
  readonly #answers = new Map<string, string>();
  readonly #former: Scene["former"] = [];

  constructor(world: World, random: Random, name: string, tenant: string, channel: string) {
    this.#world = world;
    this.#random = random;
    this.#name = name;
    const isMesh = random.chance(0.4);
    const make = (role: MemberRecord["role"], memberName: string): Member => {
      const record = { id: `${name}-${memberName}`, tenant, channel, name: memberName, role };
      return new Member(world, record, styleOf(random, role), this.#answers);
    };
    const others = Array.from({ length: random.whole(1, 3) }, (_, n) =>
      isMesh ? make("PEER", `peer-${n + 1}`) : make("VIEWER", `viewer-${n + 1}`),
    );
    const first = isMesh && random.chance(0.7) ? make("PEER", "peer-0") : make("MASTER", "MASTER");
    this.members = [first, ...others];
    this.#reach = (from, to) => from !== to && (from.record.role !== "VIEWER" || to.record.role === "MASTER");
  }

  async open(): Promise<void> {
    await Promise.all(this.members.map((member) => (this.#random.chance(0.9) ? member.arrive() : undefined)));
  }

  async negotiate(count: number): Promise<void> {
    for (let number = 0; number < count && !this.#world.over; number += 1) {
      const both = number + 1 < count && this.members.length > 2 && this.#random.chance(0.3);
      const scenes = [this.#scene(number), ...(both ? [this.#scene(number + 1)] : [])];
      await Promise.all(scenes.map(([run, scene]) => run(scene)));
      if (both) number += 1;
      for (const member of this.members) if (member.client?.mustReconnect) await member.moveOver();
      this.#sendLateCandidate();
    }
  }

  #scene(number: number): [(scene: Scene) => Promise<void>, Scene] {
    const seed = `${this.#name}/${number}`;
    const random = this.#world.random.part(seed);
    const pairs = this.members.flatMap((caller) =>
      this.members.filter((callee) => this.#reach(caller, callee)).map((callee) => ({ caller, callee })),
    );
    // In a star it is mostly the viewer who offers.
    const usual = pairs.filter(({ callee }) => callee.record.role !== "VIEWER");
    const from = random.chance(0.8) && usual.length > 0 ? usual : pairs;
    const pair = from[random.whole(0, from.length - 1)];
    if (!pair) throw new Error("a room has two members");
    const { answers, former } = { answers: this.#answers, former: this.#former };
    return [courseOf(random), { world: this.#world, random, ...pair, seed, answers, former }];
  }

  #sendLateCandidate(): void {
    if (this.#former.length === 0 || !this.#random.chance(0.3)) return;
    const late = this.#former[this.#random.whole(0, this.#former.length - 1)];
    late?.member.trickle(late.to, late.ufrag, `${this.#name}/late-${this.#random.next()}`);
  }

  /** Half of those who are away come back. */
  async reassemble(): Promise<void> {
    const away = this.members.filter(({ client }) => !client?.isOpen);
    await Promise.all(away.map((member) => (this.#random.chance(0.5) ? member.arrive() : undefined)));
  }

  close(): void {
    for (const member of this.members) member.end();
  }
}

function styleOf(random: Random, role: MemberRecord["role"]): Style {
  const chance = random.next();
  if (chance < 0.3) return "announced";
  if (chance < 0.55) return "numbered";
  return role === "PEER" || chance > 0.85 ? "plain" : "stock";
}
