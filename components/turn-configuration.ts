import * as v from "valibot";
import { secretArn } from "./secret-arn.ts";

/** https://datatracker.ietf.org/doc/html/rfc7065#section-3.1, with a name or an IPv4 address. */
const turnUrl = v.pipe(
  v.string(),
  v.regex(
    /^turns?:[a-z0-9.-]{1,253}(:\d{1,5})?(\?transport=(udp|tcp))?$/i,
    "expected URLs such as turn:turn.example.com:3478?transport=udp",
  ),
);

/** CPU units → megabytes that go with them (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size). */
const fargateSizes = new Map<number, readonly number[]>([
  [256, [512, 1_024, 2_048]],
  [512, [1_024, 2_048, 3_072, 4_096]],
  [1_024, [2_048, 3_072, 4_096, 5_120, 6_144, 7_168, 8_192]],
  [2_048, [4_096, 5_120, 6_144, 7_168, 8_192]],
  [4_096, [8_192, 10_240, 12_288, 14_336, 16_384]],
]);

const relay = v.pipe(
  v.strictObject({
    /** Each has a public address of its own. */
    tasks: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(20)), 2),
    cpu: v.optional(v.number(), 512),
    memory: v.optional(v.number(), 1_024),
    /** coturn's own image for ARM, or a copy of it; 4.10 to 4.12 leaked memory, before 4.9 peers reached private addresses. */
    image: v.optional(
      v.pipe(
        v.string(),
        v.regex(
          /^[\w./:-]+(:\d[\w.-]*|@sha256:[0-9a-f]{64})$/,
          "expected an image with its version or digest, such as docker.io/coturn/coturn:4.17.0-r0",
        ),
      ),
      "docker.io/coturn/coturn:4.17.0-r0",
    ),
    /** Of the relay's VPC, which nothing else is in. */
    cidrBlock: v.optional(
      v.pipe(
        v.string(),
        v.regex(
          /^(10|172\.(1[6-9]|2\d|3[01])|192\.168)(\.\d{1,3}){1,3}\/(1[6-9]|2[0-6])$/,
          "expected a private range of /16 to /26",
        ),
      ),
      "10.97.0.0/24",
    ),
  }),
  v.check(
    ({ cpu, memory }) => fargateSizes.get(cpu)?.includes(memory) ?? false,
    "expected cpu and memory that Fargate has, such as 512 and 1024",
  ),
);

const turn = v.strictObject({
  /** What the relay and the billing API share: coturn's `static-auth-secret`. */
  secretArn,
  /** Of a relay that there is already. Browsers warn of more than four. */
  urls: v.optional(v.pipe(v.array(turnUrl), v.minLength(1), v.maxLength(4))),
  /** Of one that the stack runs. */
  relay: v.optional(relay),
});

/** The relay that `POST /proofs` gives credentials for: one that there is, or one of the stack's own. */
export const turnConfiguration = v.pipe(
  turn,
  v.check(
    (value) => (value.urls === undefined) !== (value.relay === undefined),
    "expected either urls of a relay that there is, or relay for one of the stack's own",
  ),
);

export type RelayConfiguration = v.InferOutput<typeof relay>;
