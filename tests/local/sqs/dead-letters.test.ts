import { ListDeadLetterSourceQueuesCommand, StartMessageMoveTaskCommand } from "@aws-sdk/client-sqs";
import { describe, expect, test } from "@jest/globals";
import { arnOf, bodies, putQueue, queuesForEachTest, receive, send } from "./running-queues.ts";

const sqs = queuesForEachTest();

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-sqs.queues.html
describe("dead letters", () => {
  const redriveTo = (name: string, maxReceiveCount = 2) => ({
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf(name), maxReceiveCount }),
  });

  test("are the messages received as often as the redrive policy allows", async () => {
    const dead = await putQueue(sqs, "dead.fifo");
    const queue = await putQueue(sqs, "live.fifo", { VisibilityTimeout: "30", ...redriveTo("dead.fifo") });
    await send(sqs, queue, "poison");
    await send(sqs, queue, "next");
    for (const attempt of ["first", "second"]) {
      expect([attempt, ...bodies(await receive(sqs, queue, { MaxNumberOfMessages: 1 }))]).toEqual([
        attempt,
        "poison",
      ]);
      await sqs.clock.advance(30_000);
    }
    expect(bodies(await receive(sqs, queue))).toEqual(["next"]);
    const [letter] = await receive(sqs, dead, { MessageSystemAttributeNames: ["All"] });
    expect(letter).toMatchObject({
      Body: "poison",
      Attributes: { MessageGroupId: "g", ApproximateReceiveCount: "3", SentTimestamp: "1800000060000" },
    });
    const sources = await sqs.client.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: dead }));
    expect(sources.queueUrls).toEqual([queue]);
  });

  test("need a queue that exists", async () => {
    await expect(putQueue(sqs, "live", redriveTo("nowhere"))).rejects.toThrow(
      "Dead letter target does not exist",
    );
  });

  test("of a FIFO queue need a FIFO queue, of a standard queue a standard one", async () => {
    await putQueue(sqs, "dead");
    await expect(putQueue(sqs, "live.fifo", redriveTo("dead"))).rejects.toThrow("must be same type of queue");
    await putQueue(sqs, "dead.fifo");
    await expect(putQueue(sqs, "live", redriveTo("dead.fifo"))).rejects.toThrow("must be same type of queue");
  });

  test.each([
    [{ redrivePermission: "denyAll" }, false],
    [{ redrivePermission: "allowAll" }, true],
    [{ redrivePermission: "byQueue", sourceQueueArns: [arnOf("other")] }, false],
    [{ redrivePermission: "byQueue", sourceQueueArns: [arnOf("live")] }, true],
  ])("go only where the redrive allow policy %j lets them", async (policy, allowed) => {
    const dead = await putQueue(sqs, "dead");
    await sqs.queues.putRedriveAllowPolicy(dead, JSON.stringify(policy));
    const outcome = await putQueue(sqs, "live", redriveTo("dead")).then(
      () => true,
      (error) => error.message,
    );
    expect(outcome).toEqual(allowed ? true : expect.stringContaining("does not allow this source queue"));
    await sqs.queues.deleteRedriveAllowPolicy(dead);
    await putQueue(sqs, "live", redriveTo("dead"));
  });

  test("are not moved by a task, which is not implemented", async () => {
    const task = new StartMessageMoveTaskCommand({ SourceArn: arnOf("dead") });
    await expect(sqs.client.send(task)).rejects.toMatchObject({ name: "UnsupportedOperation" });
  });
});
