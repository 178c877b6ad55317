/** A list price. */
export interface Price {
  readonly dollars: number;
  /** How many of the unit the price is for. */
  readonly per: number;
  /** Where AWS publishes it. */
  readonly page: string;
  /** The day on which it stood there, as far as is known. */
  readonly asOf: string;
}

const million = 1_000_000;

/**
 * us-east-1, first tier, without free tiers. AWS's pages fill their tables by script, so these were read in
 * dated transcriptions of the pages; `asOf` is the transcription's day. Check them before you rely on them.
 */
export const prices = {
  /** In and out, each 32 KB begun. */
  webSocketMessage: {
    dollars: 1,
    per: million,
    page: "https://aws.amazon.com/api-gateway/pricing/",
    asOf: "2026-09-20",
  },
  connectionMinute: {
    dollars: 0.25,
    per: million,
    page: "https://aws.amazon.com/api-gateway/pricing/",
    asOf: "2026-09-20",
  },
  lambdaRequest: {
    dollars: 0.2,
    per: million,
    page: "https://aws.amazon.com/lambda/pricing/",
    asOf: "2026-09-20",
  },
  /** Of arm64. */
  lambdaGigabyteSecond: {
    dollars: 0.000_013_333_4,
    per: 1,
    page: "https://aws.amazon.com/lambda/pricing/",
    asOf: "2026-03-10",
  },
  /** On demand: a consistent read of up to 4 KB. */
  readRequestUnit: {
    dollars: 0.125,
    per: million,
    page: "https://aws.amazon.com/dynamodb/pricing/on-demand/",
    asOf: "2025-07-21",
  },
  /** On demand: a write of up to 1 KB. */
  writeRequestUnit: {
    dollars: 0.625,
    per: million,
    page: "https://aws.amazon.com/dynamodb/pricing/on-demand/",
    asOf: "2025-07-21",
  },
  /** CloudWatch Logs, standard class, taken in. */
  logGigabyte: {
    dollars: 0.5,
    per: 1,
    page: "https://aws.amazon.com/cloudwatch/pricing/",
    asOf: "2026-02-28",
  },
  kvsSignalingMessage: {
    dollars: 2.25,
    per: million,
    page: "https://aws.amazon.com/kinesis/video-streams/pricing/",
    asOf: "2026-10-07",
  },
  kvsActiveChannelMonth: {
    dollars: 0.03,
    per: 1,
    page: "https://aws.amazon.com/kinesis/video-streams/pricing/",
    asOf: "2026-10-07",
  },
} as const satisfies Readonly<Record<string, Price>>;

export type PriceName = keyof typeof prices;
