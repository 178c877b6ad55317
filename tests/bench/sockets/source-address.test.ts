import { expect, test } from "@jest/globals";
import { socketsProblem, sourceAddress } from "../../../bench/sockets/source-address.ts";

test("each ten thousand sockets come from another loopback address", () => {
  expect(sourceAddress(0)).toBeUndefined();
  expect(sourceAddress(9_999)).toBeUndefined();
  expect(sourceAddress(10_000)).toBe("127.0.1.1");
  expect(sourceAddress(19_999)).toBe("127.0.1.1");
  expect(sourceAddress(199_999)).toBe("127.0.1.19");
});

test("as many sockets as there may be files, less 500 for the rest, can be opened", () => {
  expect(socketsProblem(10_000, 10_500, "linux")).toBeUndefined();
  expect(socketsProblem(10_000, Number.POSITIVE_INFINITY, "darwin")).toBeUndefined();
  expect(socketsProblem(10_000, 10_499, "linux")).toBe(
    "10000 sockets need 10500 open files a process, and 10499 are allowed. Run `ulimit -n 10500` first, or ask for fewer with --sockets.",
  );
});

test("where there is one loopback address only, ten thousand is the most", () => {
  expect(socketsProblem(10_001, 99_999, "linux")).toBeUndefined();
  expect(socketsProblem(10_001, 99_999, "darwin")).toBe(
    "Only on Linux is all of 127.0.0.0/8 there; elsewhere --sockets is at most 10000.",
  );
});
