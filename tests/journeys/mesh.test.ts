import { expect, test } from "@jest/globals";
import { hearEachOther, journey } from "./journey-pages.ts";

const { page } = journey();
const names = ["ada", "bob", "cleo", "dan"];

test("four peers who enter at once learn of each other and talk, and those who stay are told who left", async () => {
  const pages = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await page("announced")] as const)),
  );
  await Promise.all(
    Object.entries(pages).map(([name, each]) => each.evaluate(`join("${name}", "mesh", { meshes: true })`)),
  );
  await hearEachOther(pages);
  for (const [name, each] of Object.entries(pages)) {
    const others = names.filter((other) => other !== name);
    expect(await each.evaluate("[...calls.opened].sort()")).toEqual(others);
  }

  await pages.dan?.close();
  for (const name of ["ada", "bob", "cleo"]) {
    await pages[name]?.waitForFunction('presence().includes("left dan left")');
    expect(await pages[name]?.evaluate('presence().filter((one) => one.startsWith("left"))')).toEqual([
      "left dan left",
    ]);
  }
}, 120_000);
