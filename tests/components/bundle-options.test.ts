import { execFileSync } from "node:child_process";
import { expect, test } from "@jest/globals";
import { build } from "esbuild";
import { bundleOptions } from "../../components/bundle-options.ts";

/** What a fresh Node says of itself after it has run the bundle of that module. */
async function run(module: string, asked: string): Promise<unknown> {
  const stdin = { contents: module, resolveDir: import.meta.dirname };
  const { outputFiles } = await build({ ...bundleOptions, stdin });
  const input = `${outputFiles[0]?.text}\nconsole.log(JSON.stringify(${asked}));`;
  return JSON.parse(String(execFileSync(process.execPath, ["--input-type=module"], { input })));
}

const undici = 'process.moduleLoadList.includes("NativeModule internal/deps/undici/undici")';

test.each([
  ["a module", 'import { request } from "node:http"; globalThis.taken = typeof request;'],
  ["all of a module", 'import * as http from "http"; globalThis.taken = typeof http.request;'],
  ["a module's default", 'import http from "node:http"; globalThis.taken = typeof http.request;'],
  ["a module later", 'globalThis.taken = typeof (await import("node:http")).request;'],
  ["what CommonJS requires", 'const http = require("http"); globalThis.taken = typeof http.request;'],
])("%s of Node is there, and loads nothing that is not used", async (_, module) => {
  expect(await run(module, `[taken, ${undici}]`)).toEqual(["function", false]);
});

test("what a module of Node exports by a path is there too", async () => {
  const module =
    'import { setTimeout } from "node:timers/promises"; globalThis.taken = await setTimeout(0, "over");';
  expect(await run(module, "taken")).toBe("over");
});
