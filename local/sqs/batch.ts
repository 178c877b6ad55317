import { AwsError } from "../aws-error.ts";

interface Entry {
  readonly Id: string;
}

interface BatchAnswer {
  readonly Successful: readonly object[];
  readonly Failed: readonly object[];
}

/**
 * Does each entry of a batch by itself; one that is refused is reported and the rest go on. Throws
 * AwsError for a batch that is refused whole.
 */
export function eachEntry<E extends Entry>(entries: readonly E[], act: (entry: E) => object): BatchAnswer {
  checkBatch(entries);
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...act(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return { Successful, Failed };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
function checkBatch(entries: readonly Entry[]): void {
  const refuse = (code: string, message: string) => {
    throw new AwsError(code, 400, message);
  };
  if (entries.length === 0) refuse("EmptyBatchRequest", "There should be at least one entry in the request.");
  if (entries.length > 10) {
    refuse("TooManyEntriesInBatchRequest", "Maximum number of entries per request are 10.");
  }
  if (entries.some(({ Id }) => !/^[\w-]{1,80}$/.test(Id))) {
    refuse(
      "InvalidBatchEntryId",
      "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
    );
  }
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    refuse("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.");
  }
}
