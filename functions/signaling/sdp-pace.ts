/** Milliseconds until anything is known: what an SDP takes on the local cloud (bench/README.md, `setup`). */
const first = 5;
/** Milliseconds. Where SDPs take longer, whoever waits for one had better wait in the pair's row than in a function. */
const worthwhile = 50;
/** Milliseconds. Below the least an estimate would not grow any more, above the most it would come back too slowly. */
const least = 1;
const most = 2 * worthwhile;
/** The part of what is new in an estimate, and how many times the estimate one SDP counts for at most. */
const weight = 1 / 4;
const farthest = 2;

/** How long SDPs lately took on this instance, from API Gateway's receiving one to its open gate. */
export class SdpPace {
  #estimate = first;

  /** Milliseconds that a candidate gives the SDP before it: 1 to 50, or 0 where SDPs take longer. */
  get headStart(): number {
    return this.#estimate > worthwhile ? 0 : this.#estimate;
  }

  /** One was delivered in so many milliseconds. A cold start, or another clock, moves it by a quarter at most. */
  note(milliseconds: number): void {
    const counted = Math.min(Math.max(milliseconds, 0), farthest * this.#estimate);
    const estimate = this.#estimate + (counted - this.#estimate) * weight;
    this.#estimate = Math.min(Math.max(estimate, least), most);
  }
}
