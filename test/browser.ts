import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

/**
 * Chromium's path: the environment's CHROMIUM, or where Debian and others put it; `undefined` where there is none. The
 * headless shell is the same engine without the windows around it, and takes less than half the time.
 */
export function findBrowser(): string | undefined {
  const wanted = process.env['CHROMIUM'];
  if (wanted !== undefined && wanted !== '') return existsSync(wanted) ? wanted : undefined;
  return [
    '/usr/bin/chromium-headless-shell',
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ].find(existsSync);
}

/** A `describe` for tests that need a browser: left out with one line where there is none, but failing in CI. */
export function describeInBrowser(title: string, body: () => void): void {
  if (findBrowser() !== undefined) {
    describe(title, body);
    return;
  }
  const missing = `${title}: no Chromium here (Debian: apt-get install chromium-headless-shell, or set CHROMIUM), browser tests are left out`;
  if (process.env['CI'] === 'true') {
    test(title, () => {
      throw new Error(missing);
    });
    return;
  }
  console.log(missing);
  describe.skip(title, body);
}

export interface PageOptions {
  readonly colorScheme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  /** What the page takes for now, as an ISO time; timers run as ever. */
  readonly now?: string;
}

let browser: Promise<Browser> | undefined;

/** A page of its own (no shared cookies or storage) in one browser for the whole test file. */
export async function openPage(url: string, options: PageOptions = {}): Promise<Page> {
  browser ??= launch();
  const context = await (await browser).newContext({
    colorScheme: options.colorScheme ?? 'light',
    viewport: { width: options.width ?? 1280, height: options.height ?? 860 },
    timezoneId: 'Europe/Berlin',
    locale: 'en-GB',
  });
  const page = await context.newPage();
  // Long enough for a machine that is busy with other tests.
  page.setDefaultTimeout(30_000);
  if (options.now !== undefined) await page.clock.setFixedTime(options.now);
  await page.goto(url);
  return page;
}

/** Chooses who acts on the page of the workspace; its options read "Alice Adams (requester)" or the like. */
export async function actAs(page: Page, name: string): Promise<void> {
  const choice = page.getByRole('combobox', { name: 'Acting as' });
  // The people come with the first answer of the page's server.
  const option = choice.locator('option').filter({ hasText: name }).first();
  await option.waitFor({ state: 'attached' });
  await choice.selectOption({ label: (await option.innerText()).trim() });
}

/** For `afterAll`: ends the browser and all its pages. */
export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = undefined;
}

async function launch(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error('no Chromium found');
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
  args.push('--disable-background-networking', '--disable-component-update', '--disable-sync');
  return chromium.launch({ executablePath, args });
}
