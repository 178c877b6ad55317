import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { readTraceHeader, traceHeaderText } from "../../../../functions/shared/tracing/trace-header.ts";

const root = "1-5759e988-bd862e3fe1be46a994272793";

test.each([
  [`Root=${root};Parent=53995c3f42cd8ad8;Sampled=1`, { root, parent: "53995c3f42cd8ad8", sampled: true }],
  [
    `Root=${root};Parent=53995c3f42cd8ad8;Sampled=0;Lineage=1:a87bd80c:0`,
    { root, parent: "53995c3f42cd8ad8", sampled: false },
  ],
  [`Sampled=1; Self=1-5759e988-aaaa; Root=${root}`, { root, sampled: true }],
  [`Root=${root}`, { root, sampled: false }],
  [`Root=${root};Parent=none;Sampled=?`, { root, sampled: false }],
  ["Parent=53995c3f42cd8ad8;Sampled=1", undefined],
  ["Root=1-5759e988-bd862e;Sampled=1", undefined],
  [`Root=${root}0;Sampled=1`, undefined],
  ["", undefined],
  [undefined, undefined],
])("the header %s is read as %j", (text, read) => {
  expect(readTraceHeader(text)).toEqual(read);
});

test("what is written is read again, and nothing makes reading fail", () => {
  const hex = (length: number) =>
    fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length });
  fc.assert(
    fc.property(hex(8), hex(24), hex(16), fc.boolean(), fc.string(), (time, rest, parent, sampled, other) => {
      const header = { root: `1-${time}-${rest}`, parent, sampled };
      expect(readTraceHeader(traceHeaderText(header))).toEqual(header);
      expect(() => readTraceHeader(other)).not.toThrow();
    }),
  );
});
