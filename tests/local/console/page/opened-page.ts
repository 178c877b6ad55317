import { afterAll, beforeAll } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "../../../journeys/find-browser.ts";
import { type FakeStack, startFakeStack } from "../fake-stack.ts";

/** A browser and a stack for the page to run against, the same for all tests of a file. */
export interface OpenedPages {
  readonly stack: () => FakeStack;
  /** A blank page in a browser profile of its own. Whoever asks closes its context, or the browser's end does. */
  blankPage(): Promise<Page>;
}

let shared: OpenedPages | undefined;

/** Starts both before the first test of the file, also where tests are in files that it imports. */
export function openedPages(): OpenedPages {
  shared ??= newOpenedPages();
  return shared;
}

function newOpenedPages(): OpenedPages {
  let browser: Browser;
  let stack: FakeStack;
  beforeAll(async () => {
    [browser, stack] = await Promise.all([launchBrowser(), startFakeStack()]);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await stack?.close();
  });
  return {
    stack: () => stack,
    blankPage: async () => {
      const context = await browser.newContext();
      context.setDefaultTimeout(25_000);
      return context.newPage();
    },
  };
}
