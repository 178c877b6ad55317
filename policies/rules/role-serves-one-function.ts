import { role } from "../aws.ts";
import { stackRule } from "../rule.ts";
import { functionsOf } from "../triggers.ts";

export const roleServesOneFunction = stackRule({
  name: "role-serves-one-function",
  holds: "No two functions share a role.",
  why: "A shared role allows each of them what the other needs.",
  elsewhere: [],
  violationsOf: (stack) =>
    stack.ofType(role).flatMap((resource) => {
      const users = functionsOf(stack, resource).map(({ name }) => name);
      return users.length > 1 ? [{ resource, message: `Make a role for each of ${users.join(", ")}.` }] : [];
    }),
});
