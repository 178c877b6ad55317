import * as v from "valibot";

/** A text without policy variables such as `${aws:PrincipalArn}`, which the evaluator would not fill in. */
export const fixedText = v.pipe(
  v.string(),
  v.check((text) => !text.includes("${"), "policy variables are not known"),
);
