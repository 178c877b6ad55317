/**
 * Whether another trace is sampled: the first `reservoir` of each second, then one in twenty of the others. On AWS
 * Lambda's reservoir is one (https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html).
 */
export function sampler(reservoir: number, now: () => number): () => boolean {
  let second = -1;
  let taken = 0;
  return () => {
    const current = Math.floor(now() / 1_000);
    if (current !== second) {
      second = current;
      taken = 0;
    }
    taken += 1;
    return taken <= reservoir || (taken - reservoir) % 20 === 0;
  };
}
