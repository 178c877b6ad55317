import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll } from "@jest/globals";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { bundled, exampleUnder, loadScript, obtainUrlOf, openPage } from "./example-page.ts";
import { launchBrowser } from "./find-browser.ts";
import { openConsole } from "./open-console.ts";
import { endPrograms, type Ready, type RunningProgram, startProgram } from "./running-program.ts";

/** Pages in a browser, and the program that they speak with: both for all tests of a file. */
export interface Journey {
  readonly ready: () => Ready;
  /** A page that has not joined yet, in a browser profile of its own. Its name is that of `pages/…-page.js`. */
  page(kind: "stock" | "announced"): Promise<Page>;
  /** A page that runs a script of the test's own, likewise in a profile of its own. */
  pageOf(script: string): Promise<Page>;
  /** The console page as a person opens it, likewise in a profile of its own. `watch` listens before it opens. */
  consolePage(watch?: (page: Page) => void): Promise<Page>;
  /** Reloads a page, which joins nothing by itself. */
  reload(page: Page, kind: "stock" | "announced"): Promise<void>;
  /** For the last test of a file: interrupts the program alone, and not its process group as Ctrl-C does. */
  interrupt(): void;
}

const source = (name: string) => readFileSync(join(import.meta.dirname, "pages", name), "utf8");

let shared: Journey | undefined;

/**
 * Starts `npm start` and a browser before the first test of the file, and ends them after the last. Journeys that
 * the file imports share them, and name their channels apart. `args` are those of `npm start` besides.
 */
export function journey(args: readonly string[] = []): Journey {
  shared ??= newJourney(args);
  return shared;
}

function newJourney(args: readonly string[]): Journey {
  let program: RunningProgram;
  let browser: Browser;
  const contexts: BrowserContext[] = [];
  const scripts = new Map<string, string>();

  const scriptOf = async (kind: string): Promise<string> => {
    const script =
      scripts.get(kind) ??
      (await bundled({
        "main.js": source(`${kind}-page.js`),
        "calls.js": source("calls.js"),
        "fresh-url.js": exampleUnder("A fresh proof"),
        "obtain-url.js": obtainUrlOf(program.ready),
        "kvs-client.js": exampleUnder("The KVS client"),
        "signaling.js": exampleUnder("A client that knows our protocol"),
      }));
    scripts.set(kind, script);
    return script;
  };

  beforeAll(async () => {
    // A negotiation is a burst of frames, each of which takes an instance.
    [program, browser] = await Promise.all([startProgram(["--instances", "32", ...args]), launchBrowser()]);
  }, 120_000);

  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
  });

  afterAll(async () => {
    await browser?.close();
    await program?.stop();
    endPrograms();
  });

  const newContext = async (options: BrowserContextOptions = {}): Promise<BrowserContext> => {
    const context = await browser.newContext(options);
    contexts.push(context);
    context.setDefaultTimeout(45_000);
    context.on("page", lookTwentyTimesASecond);
    return context;
  };

  const pageOf = async (script: string): Promise<Page> => {
    const context = await newContext({ bypassCSP: true });
    return openPage(context, program.ready, script);
  };

  return {
    ready: () => program.ready,
    page: async (kind) => pageOf(await scriptOf(kind)),
    pageOf,
    consolePage: async (watch) => {
      const page = await (await newContext()).newPage();
      watch?.(page);
      await openConsole(page, program.ready.console);
      return page;
    },
    interrupt: () => void program.process.kill("SIGINT"),
    reload: async (page, kind) => {
      await page.reload();
      await loadScript(page, await scriptOf(kind));
    },
  };
}

/** Playwright looks at what is waited for with every frame, and so has every frame drawn. */
function lookTwentyTimesASecond(page: Page): void {
  const waitForFunction = page.waitForFunction.bind(page);
  page.waitForFunction = ((condition: string, arg?: unknown, options?: object) =>
    waitForFunction(condition, arg, { polling: 50, ...options })) as Page["waitForFunction"];
}

/** Two pages are connected, and hear each other. */
export async function hearEachOther(pages: Readonly<Record<string, Page>>): Promise<void> {
  const names = Object.keys(pages);
  const others = (name: string) => names.filter((other) => other !== name);
  for (const [name, page] of Object.entries(pages)) {
    for (const other of others(name)) {
      await page.waitForFunction(`calls.opened.includes("${other}")`);
      await page.evaluate(`calls.say("${other}", "from ${name}")`);
    }
  }
  for (const [name, page] of Object.entries(pages)) {
    for (const other of others(name)) {
      await page.waitForFunction(`calls.said.includes("${other}: from ${other}")`);
    }
  }
}
