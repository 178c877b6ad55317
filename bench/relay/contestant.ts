import type { Child } from "../child.ts";
import type { Payload } from "./payloads.ts";
import type { Peer } from "./peer.ts";

/** One end of a pair as a contestant makes it: the peer, and the frame that takes a payload to the other end. */
export interface PairEnd {
  readonly peer: Peer;
  frame(payload: Payload): string;
}

export interface Contestant {
  readonly name: string;
  readonly child: Child;
  /** The command line of the process of the child's group that relays. */
  readonly process: RegExp;
  /** Opens both ends of a new pair; `index` tells pairs apart. The first end sends offers, the second answers. */
  openPair(index: number): Promise<readonly [PairEnd, PairEnd]>;
}
