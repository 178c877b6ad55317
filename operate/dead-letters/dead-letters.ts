import { SQSClient } from "@aws-sdk/client-sqs";
import { OperateError } from "../operate-error.ts";
import type { Terminal } from "../run-command.ts";
import { findStack, regionOf } from "../stack.ts";
import { type DeadLettersOptions, help, readDeadLettersArguments } from "./dead-letters-options.ts";
import { describeBody } from "./describe-body.ts";
import { countLetters, type Letter, redriveLetter, releaseLetter, sourceOf, takeLetters } from "./letters.ts";

/** `npm run dead-letters`: one line for each queue, or for each letter. Throws OperateError. */
export async function deadLetters(
  args: readonly string[],
  { print }: Pick<Terminal, "print">,
): Promise<void> {
  const options = readDeadLettersArguments(args);
  if (!options) return help.forEach((line) => void print(line));
  const { sqs, queues } = await queuesOf(options);
  if (options.verb === "list") {
    for (const [name, url] of queues) {
      const { waiting, inSight } = await countLetters(sqs, url);
      print(`${name}  ${waiting}${inSight > 0 ? `, and ${inSight} that somebody is looking at` : ""}`);
    }
    return;
  }
  const [chosen, ...others] = queues;
  if (!chosen) throw new OperateError("the stack has no queues");
  if (others.length > 0) {
    throw new OperateError(`expected --queue with one of ${queues.map(([name]) => name).join(", ")}`);
  }
  await goThrough(sqs, chosen[1], options, print);
}

type Queues = readonly (readonly [name: string, deadLettersUrl: string])[];

async function queuesOf({
  target,
  queue,
}: DeadLettersOptions): Promise<{ readonly sqs: SQSClient; readonly queues: Queues }> {
  if (target.kind === "queue") {
    const { url, endpoint } = target;
    const client = endpoint === undefined ? { region: regionOf(url) } : { endpoint, region: "us-east-1" };
    return { sqs: new SQSClient(client), queues: [[url, url]] };
  }
  const { sqs, queues } = await findStack(target);
  const names = Object.keys(queues);
  if (queue !== undefined && !names.includes(queue)) {
    throw new OperateError(`there is no queue "${queue}"; expected one of ${names.join(", ")}`);
  }
  const found = Object.entries(queues).map(([name, { deadLettersUrl }]) => [name, deadLettersUrl] as const);
  return { sqs, queues: queue === undefined ? found : found.filter(([name]) => name === queue) };
}

/** Takes every letter once, in the order of each group, and gives back those that it does not redrive. */
async function goThrough(
  sqs: SQSClient,
  url: string,
  { verb, messages, most, dryRun }: DeadLettersOptions,
  print: Terminal["print"],
): Promise<void> {
  const source = await sourceOf(sqs, url);
  const isRedriving = verb === "redrive" && !dryRun;
  const kept: Letter[] = [];
  let count = 0;
  try {
    for (let isOver = false; !isOver; ) {
      const letters = await takeLetters(sqs, url, messages.size > 0 ? 10 : most - count);
      const [...waiting] = letters;
      isOver = letters.length === 0;
      for (const letter of letters) {
        const isMeant = count < most && (messages.size === 0 || messages.has(letter.messageId));
        if (!isMeant || !isRedriving) kept.push(letter);
        waiting.shift();
        if (!isMeant) continue;
        if (isRedriving) {
          await redriveLetter(sqs, { url, source }, letter).catch((error: unknown) => {
            kept.push(letter, ...waiting);
            const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
            throw new OperateError(`${count} were redriven, then ${letter.messageId} was not: ${said}`);
          });
        }
        count += 1;
        print(lineOf(letter));
      }
      if (count >= most || (messages.size > 0 && count === messages.size)) isOver = true;
    }
  } finally {
    // The newest first, so that nobody gets one of a group before an older one.
    for (const letter of kept.toReversed()) await releaseLetter(sqs, url, letter);
  }
  print(`${count} ${isRedriving ? "redriven" : dryRun ? "would be redriven" : "shown"}, to ${source}`);
}

const lineOf = ({ messageId, since, body }: Letter): string =>
  [messageId, since, ...Object.entries(describeBody(body)).map(([name, value]) => `${name}=${value}`)].join(
    "  ",
  );
