import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { actAs, closeBrowser, describeInBrowser, openPage } from '../browser.ts';
import { type Stage, startStage } from './stage.ts';

const SHOTS = 'test/.screenshots';
const SOURCES = ['nginx:1.21-alpine', 'nginx:1.22-alpine', 'nginx:1.23-alpine', 'redis:6.2'];
const LINES = Array.from({ length: 12 }, (_, at) => `${SOURCES[at % 4]} base-images/app-${at + 1}`);

describeInBrowser('a list on the page', () => {
  let stage: Stage;
  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    stage = await startStage({ page: true });
  });
  afterAll(async () => {
    await closeBrowser();
    await stage.close();
  });

  test('is typed in a dialog that keeps it, shown as a table, decided in part with ticks, and ends with a table', async () => {
    const page = await openPage(stage.slack.url);
    page.setDefaultTimeout(60_000);
    const channel = page.getByRole('log', { name: '#image-requests' });
    await actAs(page, 'Alice');
    await page.getByRole('textbox', { name: 'Message #image-requests' }).fill('/mirror list');
    await page.keyboard.press('Enter');
    const list = page.getByRole('dialog', { name: 'Mirror a list' });
    const field = list.getByRole('textbox', { name: 'Images, one a line' });
    await field.fill([...LINES, 'Nginx:1.21 base-images/x', 'redis:6.2 --platfrom linux/amd64'].join('\n'));
    await list.getByRole('button', { name: 'Ask for them' }).click();
    await list.getByRole('alert').filter({ hasText: 'Line 13' }).waitFor();
    await shot(page, 'lists-errors');
    expect(await field.inputValue()).toContain('Nginx:1.21 base-images/x');
    await list.getByRole('checkbox', { name: 'Leave out lines that cannot be used' }).check();
    await list.getByRole('button', { name: 'Ask for them' }).click();
    const asked = page.getByRole('dialog', { name: 'Asked for' });
    await asked.getByText('Looking up 12 images').waitFor();
    await shot(page, 'lists-asked');
    await asked.getByRole('contentinfo').getByRole('button', { name: 'Close' }).click();

    await channel.getByText('all 12 waiting for a decision').waitFor();
    expect(await channel.getByRole('row').count()).toBe(13);
    await shot(page, 'lists-card');
    await actAs(page, 'Bob');
    await channel.getByRole('button', { name: 'Choose images' }).click();
    const choice = page.getByRole('dialog', { name: 'Choose images' });
    await choice.getByRole('checkbox').first().waitFor();
    expect(await choice.getByRole('checkbox').count()).toBe(12);
    await choice.getByRole('checkbox', { name: /^2\. / }).uncheck();
    await choice.getByRole('checkbox', { name: /^11\. / }).uncheck();
    await shot(page, 'lists-choice');
    await choice.getByRole('button', { name: 'Decide' }).click();
    await channel.getByText('2 of 12 waiting for a decision').waitFor();
    await channel.getByRole('button', { name: 'Deny all (2)' }).click();
    const deny = page.getByRole('dialog');
    await deny.getByRole('textbox').fill('use 1.27');
    await deny.getByRole('button', { name: 'Deny', exact: true }).click();
    await channel.getByRole('button', { name: /3 replies/ }).click();
    const thread = page.getByRole('region', { name: 'Thread' });
    await thread.getByText('10 of 12 images copied, 2 not copied.').waitFor();
    await channel.getByText('10 of 12 in ECR').waitFor();
    await shot(page, 'lists-done');
    expect(await page.getByText('undefined').count()).toBe(0);
    expect(await page.locator('.unsupported').count()).toBe(0);
  }, 240_000);
});

/** In light and dark, to be looked at. */
async function shot(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `${SHOTS}/${name}-${colorScheme}.png` });
  }
  await page.emulateMedia({ colorScheme: 'light' });
}
