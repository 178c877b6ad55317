import type { Page } from "playwright-core";

/** Opens the console page, and waits until a press has an effect: it has read where the services are. */
export async function openConsole(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.locator("body[data-peers]").waitFor();
}
