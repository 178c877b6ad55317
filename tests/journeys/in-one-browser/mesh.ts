import { expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { hearEachOther, journey } from "../journey-pages.ts";

const { page } = journey();
const names = ["ada", "bob", "cleo", "dan"];
const others = (name: string) => names.filter((other) => other !== name);

async function fourPages(): Promise<Readonly<Record<string, Page>>> {
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await page("announced")] as const)),
  );
}

test("four peers make a mesh by what they are told of each other, and those who stay are told who left", async () => {
  const pages = await fourPages();
  for (const [index, name] of names.entries()) {
    await pages[name]?.evaluate(`join("${name}", "mesh", { meshes: true })`);
    await pages[name]?.waitForFunction(`calls.opened.length === ${index}`);
  }
  await hearEachOther(pages);
  for (const [name, each] of Object.entries(pages)) {
    expect(await each.evaluate("[...calls.opened].sort()")).toEqual(others(name));
  }
  await pages.dan?.close();
  for (const name of others("dan")) {
    await pages[name]?.waitForFunction('presence().includes("left dan left")');
    expect(await pages[name]?.evaluate('presence().filter((one) => one.startsWith("left"))')).toEqual([
      "left dan left",
    ]);
  }
}, 180_000);

test("of four who enter at once each learns of the three others", async () => {
  const pages = await fourPages();
  await Promise.all(Object.entries(pages).map(([name, each]) => each.evaluate(`join("${name}", "at-once")`)));
  for (const [name, each] of Object.entries(pages)) {
    for (const other of others(name)) {
      await each.waitForFunction(`presence().some((one) => /^(present|joined) ${other}$/.test(one))`);
    }
  }
}, 180_000);
