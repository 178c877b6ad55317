import { DeleteMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { deadLetters } from "../../../operate/dead-letters/dead-letters.ts";
import { redriveLetter, releaseLetter, takeLetters } from "../../../operate/dead-letters/letters.ts";
import { arnOf, bodies, putQueue, queuesForEachTest, receive, send } from "../../local/sqs/running-queues.ts";

const sqs = queuesForEachTest();
const saved = { ...process.env };
beforeAll(() => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret" });
});
afterAll(() => {
  process.env = saved;
});

let live: string;
let dead: string;
beforeEach(async () => {
  dead = await putQueue(sqs, "dead.fifo");
  const redrive = { deadLetterTargetArn: arnOf("dead.fifo"), maxReceiveCount: 1 };
  live = await putQueue(sqs, "live.fifo", {
    ...{ VisibilityTimeout: "30", RedrivePolicy: JSON.stringify(redrive) },
    ...{ DeduplicationScope: "messageGroup", FifoThroughputLimit: "perMessageGroupId" },
  });
});

const bodyOf = (group: string, number: number) =>
  JSON.stringify({ v: 1, customerId: group, eventId: `evt_${number}` });
/** Lets the messages die, each after one receive. */
async function die(count: number): Promise<void> {
  for (let received = 0; received < count; ) {
    received += (await receive(sqs, live)).length;
    await sqs.clock.advance(31_000);
  }
  expect(await receive(sqs, live)).toEqual([]);
}
const run = async (verb: string, ...more: string[]) => {
  const lines: string[] = [];
  const target = ["--queue-url", dead, "--endpoint", sqs.url];
  // The clock moves for whoever waits for messages.
  const ticking = setInterval(() => void sqs.clock.advance(1_000), 5);
  try {
    await deadLetters([verb, ...target, ...more], { print: (line) => void lines.push(line) });
  } finally {
    clearInterval(ticking);
  }
  return lines;
};

describe("dead letters", () => {
  beforeEach(async () => {
    for (const number of [1, 2, 3]) {
      for (const group of ["cus_a", "cus_b"]) {
        await send(sqs, live, bodyOf(group, number), {
          ...{ MessageGroupId: group, MessageDeduplicationId: `${group}-${number}` },
        });
      }
    }
    await die(6);
  });

  test("are counted, and shown as what they are about; they stay", async () => {
    expect(await run("list")).toEqual([`${dead}  6`]);
    const shown = await run("show");
    expect(shown).toHaveLength(7);
    expect(shown[0]).toMatch(
      /^[0-9a-f-]{36} {2}2027-01-15T08:\d\d:\d\d\.\d{3}Z {2}customerId=cus_a {2}eventId=evt_1$/,
    );
    expect(shown.at(-1)).toBe(`6 shown, to ${live}`);
    expect(await run("list")).toEqual([`${dead}  6`]);
    expect(await run("show", "--most", "1")).toHaveLength(2);
    expect(await run("list")).toEqual([`${dead}  6`]);
  });

  test("are not sent by a dry run", async () => {
    const would = await run("redrive", "--dry-run");
    expect(would.at(-1)).toBe(`6 would be redriven, to ${live}`);
    expect(await receive(sqs, live)).toEqual([]);
    expect(await run("list")).toEqual([`${dead}  6`]);
  });

  test("go back to their queue, in the order of each group, and are gone", async () => {
    expect((await run("redrive")).at(-1)).toBe(`6 redriven, to ${live}`);
    expect(await run("list")).toEqual([`${dead}  0`]);
    const back = await receive(sqs, live, { MessageSystemAttributeNames: ["MessageGroupId"] });
    for (const group of ["cus_a", "cus_b"]) {
      const own = back.filter(({ Attributes }) => Attributes?.MessageGroupId === group);
      expect(bodies(own)).toEqual([1, 2, 3].map((number) => bodyOf(group, number)));
    }
  });

  test("go one by one, by their id, and the others stay", async () => {
    const [first = "", second = ""] = (await run("show")).map((line) => line.split(" ")[0] ?? "");
    expect(await run("redrive", "--message", second)).toHaveLength(2);
    expect(await run("list")).toEqual([`${dead}  5`]);
    const left = (await run("show")).map((line) => line.split(" ")[0]);
    expect([left.includes(first), left.includes(second)]).toEqual([true, false]);
    expect(await receive(sqs, live)).toHaveLength(1);
  });

  test("that were sent but not removed are not sent twice", async () => {
    const dying = {
      send: (command: object) =>
        command instanceof DeleteMessageCommand
          ? Promise.reject(new Error("the command was cut off"))
          : sqs.client.send(command as never),
    } as SQSClient;
    const [letter] = await takeLetters(sqs.client, dead, 1);
    if (!letter) throw new Error("expected a letter");
    await expect(redriveLetter(dying, { url: dead, source: live }, letter)).rejects.toThrow("cut off");
    await releaseLetter(sqs.client, dead, letter);
    expect((await run("redrive")).at(-1)).toBe(`6 redriven, to ${live}`);
    expect(await receive(sqs, live)).toHaveLength(6);
  });
});

test("what dies again within five minutes can be redriven again", async () => {
  await send(sqs, live, bodyOf("cus_a", 1));
  for (const _ of [1, 2, 3]) {
    await die(1);
    expect(await run("redrive")).toHaveLength(2);
  }
  expect(bodies(await receive(sqs, live))).toEqual([bodyOf("cus_a", 1)]);
});

test("a queue whose dead letters these are must be the only one", async () => {
  const redrive = JSON.stringify({ deadLetterTargetArn: arnOf("dead.fifo"), maxReceiveCount: 1 });
  await putQueue(sqs, "other.fifo", { RedrivePolicy: redrive });
  await expect(run("show")).rejects.toThrow(`2 queues have their dead letters in ${dead}`);
  const lone = await putQueue(sqs, "lone");
  const args = ["show", "--queue-url", lone, "--endpoint", sqs.url];
  await expect(deadLetters(args, { print: () => {} })).rejects.toThrow(
    `no queue has its dead letters in ${lone}`,
  );
});

test("without arguments the commands are told", async () => {
  const lines: string[] = [];
  await deadLetters([], { print: (line) => void lines.push(line) });
  expect(lines[0]).toBe("npm run dead-letters -- list|show|redrive [options]");
});
