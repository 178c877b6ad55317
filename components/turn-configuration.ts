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

/** The relay that `POST /proofs` gives credentials for. */
export const turn = v.strictObject({
  /** What the relay and the billing API share: coturn's `static-auth-secret`. */
  secretArn,
  /** Of a relay that there is already. Browsers warn of more than four. */
  urls: v.pipe(v.array(turnUrl), v.minLength(1), v.maxLength(4)),
});

export type TurnConfiguration = v.InferOutput<typeof turn>;
