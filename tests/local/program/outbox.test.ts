import { expect, test } from "@jest/globals";
import { Outbox } from "../../../local/program/outbox.ts";

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test("passes on together what one turn puts in, in its order, and nothing twice", async () => {
  const passedOn: (readonly string[])[] = [];
  const outbox = new Outbox<string>((messages) => passedOn.push(messages));
  outbox.put("first");
  await Promise.resolve();
  outbox.put("second");
  expect(passedOn).toEqual([]);
  await turn();
  outbox.put("third");
  await turn();
  await turn();
  expect(passedOn).toEqual([["first", "second"], ["third"]]);
});

test("gives what waits to whoever passes it on with a last word", async () => {
  const passedOn: (readonly string[])[] = [];
  const outbox = new Outbox<string>((messages) => passedOn.push(messages));
  outbox.put("first");
  expect([...outbox.take(), "last"]).toEqual(["first", "last"]);
  await turn();
  expect(passedOn.flat()).toEqual([]);
});
