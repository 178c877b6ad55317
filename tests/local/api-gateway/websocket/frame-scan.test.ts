import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { scanFrames, startOfFrames } from "../../../../local/api-gateway/websocket/frame-scan.ts";

interface Frame {
  readonly fin: boolean;
  readonly opcode: number;
  readonly masked: boolean;
  readonly length: number;
}

function encoded({ fin, opcode, masked, length }: Frame): Buffer {
  const maskBit = masked ? 0x80 : 0;
  const extended = Buffer.alloc(length < 126 ? 0 : length < 65_536 ? 2 : 8);
  if (extended.length === 2) extended.writeUInt16BE(length);
  if (extended.length === 8) extended.writeBigUInt64BE(BigInt(length));
  const short = extended.length === 0 ? length : extended.length === 2 ? 126 : 127;
  const head = Buffer.from([(fin ? 0x80 : 0) | opcode, maskBit | short]);
  // 0xff everywhere: read as headers, such bytes would be frames of a huge length.
  return Buffer.concat([head, extended, Buffer.alloc((masked ? 4 : 0) + length, 0xff)]);
}

const frame = fc.record({
  fin: fc.boolean(),
  opcode: fc.constantFrom(0, 1, 2, 8, 9, 10),
  masked: fc.boolean(),
  length: fc.oneof(
    fc.integer({ min: 0, max: 300 }),
    fc.constantFrom(125, 126, 127, 32_767, 32_768, 32_769, 65_535, 65_536, 70_000),
  ),
});

test("gives the same verdict for any frames, however the stream is cut", () => {
  fc.assert(
    fc.property(
      fc.array(frame, { maxLength: 8 }),
      fc.array(fc.nat(100_000), { maxLength: 12 }),
      (frames, cuts) => {
        const stream = Buffer.concat(frames.map(encoded));
        const places = [
          0,
          ...cuts.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b),
          stream.length,
        ];
        let scan = startOfFrames;
        for (const [index, start] of places.entries()) {
          scan = scanFrames(scan, stream.subarray(start, places[index + 1] ?? stream.length));
        }
        const firstOversized = frames.findIndex(({ length }) => length > 32_768);
        const accepted = firstOversized < 0 ? frames : frames.slice(0, firstOversized);
        expect(scan.oversized).toBe(firstOversized >= 0);
        expect(scan.messages).toBe(accepted.filter(({ fin, opcode }) => fin && opcode < 8).length);
      },
    ),
    { numRuns: 300 },
  );
});

test("gives the same verdict for garbage, byte by byte or at once", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (garbage) => {
      const atOnce = scanFrames(startOfFrames, garbage);
      let byByte = startOfFrames;
      for (const byte of garbage) byByte = scanFrames(byByte, Uint8Array.of(byte));
      expect(byByte).toEqual(atOnce);
    }),
  );
});

test("refuses a frame on its declared length, before its payload comes", () => {
  const huge = Uint8Array.of(0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
  expect(scanFrames(startOfFrames, huge).oversized).toBe(true);
  expect(scanFrames(startOfFrames, Uint8Array.of(0x81, 0xfe, 0x80, 0x01)).oversized).toBe(true);
  expect(scanFrames(startOfFrames, Uint8Array.of(0x81, 0xfe, 0x80, 0x00)).oversized).toBe(false);
});
