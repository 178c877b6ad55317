import * as v from "valibot";

/** The ARN of a secret of Secrets Manager. */
export const secretArn = v.pipe(
  v.string(),
  v.regex(/^arn:aws[a-z-]*:secretsmanager:[\w-]+:\d{12}:secret:\S{1,512}$/, "expected the ARN of a secret"),
);
