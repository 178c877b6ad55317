import { expect, test } from "@jest/globals";
import { boundEveryRole } from "../../../components/bound-every-role.ts";
import { recordedProgram } from "../recorded-program.ts";
import { declareWholeProgram } from "../whole-program.ts";

test("every role of the program has the team's boundary, and nothing else has one", async () => {
  const recorded = await recordedProgram(() => {
    boundEveryRole("arn:aws:iam::111122223333:policy/team");
    declareWholeProgram();
  });
  const bounded = recorded.filter(({ inputs }) => "permissionsBoundary" in inputs);
  const roles = recorded.filter(({ type }) => type === "aws:iam/role:Role");
  expect(roles).toHaveLength(20);
  expect(bounded).toEqual(roles);
  expect(new Set(roles.map(({ inputs }) => inputs.permissionsBoundary))).toEqual(
    new Set(["arn:aws:iam::111122223333:policy/team"]),
  );
});
