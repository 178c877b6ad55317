import { expect, test } from "@jest/globals";
import { findTurnserver } from "../../../local/turn/find-turnserver.ts";

const only = (path: string) => (asked: string) => asked === path;

test("the first turnserver of the PATH is found", () => {
  const exists = (path: string) => ["/opt/bin/turnserver", "/usr/bin/turnserver"].includes(path);
  expect(findTurnserver({ PATH: "/nowhere:/opt/bin:/usr/bin" }, exists)).toBe("/opt/bin/turnserver");
});

test("TURNSERVER names another one, and no other is taken when it is not there", () => {
  const variables = { PATH: "/usr/bin", TURNSERVER: "/mine/turnserver" };
  expect(findTurnserver(variables, () => true)).toBe("/mine/turnserver");
  expect(findTurnserver(variables, only("/usr/bin/turnserver"))).toBeUndefined();
});

test("there may be none", () => {
  expect(findTurnserver({ PATH: "/usr/bin:" }, () => false)).toBeUndefined();
  expect(findTurnserver({}, () => true)).toBeUndefined();
});
