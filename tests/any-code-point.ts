import fc from "fast-check";

const surrogates = { first: 0xd800, count: 0x800 };

/**
 * One code point of all but the surrogates, the unit of `fc.string({ unit: anyCodePoint })`: what fast-check's own
 * "binary" gives, without the index of a million characters that it builds in each test file.
 */
export const anyCodePoint: fc.Arbitrary<string> = fc
  .nat(0x10_ffff - surrogates.count)
  .map((place) => String.fromCodePoint(place < surrogates.first ? place : place + surrogates.count), placeOf);

/** Throws for what is not one such code point, as fast-check asks of a way back. */
function placeOf(text: unknown): number {
  const [first, ...more] = typeof text === "string" ? text : "";
  const point = first?.codePointAt(0);
  if (point === undefined || more.length > 0) throw new Error("expected one code point");
  if (point < surrogates.first) return point;
  if (point < surrogates.first + surrogates.count) throw new Error("expected no surrogate");
  return point - surrogates.count;
}
