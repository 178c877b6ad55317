import * as v from "valibot";

const userKey = v.object({
  synapse_user: v.pipe(v.string(), v.regex(/^[a-zA-Z0-9_.-]{1,64}#.+$/s)),
});

/** The user, `tenant#subject`, whom the metadata of a customer of Stripe's names. Undefined when it is no user's key. */
export function metadataUser(metadata: unknown): string | undefined {
  const parsed = v.safeParse(userKey, metadata);
  return parsed.success ? parsed.output.synapse_user : undefined;
}
