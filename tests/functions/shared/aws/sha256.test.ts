import { createHash, createHmac } from "node:crypto";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { Sha256 } from "../../../../functions/shared/aws/sha256.ts";

const bytes = fc.uint8Array({ maxLength: 100 });

test("is Node's SHA-256 of all that was given, and with a secret its HMAC", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(bytes, { maxLength: 4 }),
      fc.option(fc.oneof(fc.string({ unit: "grapheme", maxLength: 40 }), bytes), { nil: undefined }),
      async (chunks, secret) => {
        const ours = new Sha256(secret);
        const theirs = secret === undefined ? createHash("sha256") : createHmac("sha256", secret);
        for (const chunk of chunks) {
          ours.update(chunk);
          theirs.update(chunk);
        }
        expect(Buffer.from(await ours.digest())).toEqual(theirs.digest());
      },
    ),
    { numRuns: 500 },
  );
});

test("more secrets than are kept are told apart", async () => {
  const secrets = Array.from({ length: 40 }, (_, index) => `secret-${index}`);
  for (const secret of [...secrets, ...secrets]) {
    const ours = new Sha256(secret);
    ours.update(Buffer.from("text"));
    expect(Buffer.from(await ours.digest())).toEqual(createHmac("sha256", secret).update("text").digest());
  }
});

test("begins anew after a reset", async () => {
  const ours = new Sha256();
  ours.update(Buffer.from("before"));
  ours.reset();
  ours.update(Buffer.from("abc"));
  expect(Buffer.from(await ours.digest()).toString("hex")).toBe(
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});
