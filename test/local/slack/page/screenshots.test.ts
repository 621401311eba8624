import { mkdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, jest, test } from '@jest/globals';
import { closeBrowser, describeInBrowser, openPage } from '../../../browser.ts';
import { startFixture } from './fixture.ts';
import { denyView, NOW } from './fixture-data.ts';

jest.setTimeout(60_000);
const folder = fileURLToPath(new URL('../../../.screenshots/', import.meta.url));

/** Pictures for people to look at; the test itself only knows that each was made and nothing went wrong meanwhile. */
describeInBrowser('screenshots of the Slack page', () => {
  afterAll(closeBrowser);

  test.each(['light', 'dark'] as const)('channel, card, thread and modal, %s', async (colorScheme) => {
    mkdirSync(folder, { recursive: true });
    const slack = await startFixture();
    const page = await openPage(slack.origin, { now: NOW, colorScheme, width: 1360, height: 900 });
    const troubles: string[] = [];
    page.on('console', (line) => troubles.push(line.text()));
    page.on('pageerror', (error) => troubles.push(error.message));
    const shoot = async (name: string) => {
      const path = `${folder}page-${name}-${colorScheme}.png`;
      await page.screenshot({ path });
      expect(statSync(path).size).toBeGreaterThan(10_000);
    };

    const card = page.getByRole('article').filter({ hasText: 'waiting for' });
    await card.waitFor();
    await shoot('channel');
    await card.screenshot({ path: `${folder}page-card-${colorScheme}.png` });
    await page.getByRole('textbox').fill('/');
    await shoot('suggestions');
    await page.getByRole('textbox').fill('');
    await card.getByRole('button', { name: 'Deny' }).click();
    await shoot('confirm');
    await page.getByRole('button', { name: 'Back' }).click();
    await page.getByRole('button', { name: /3 replies/ }).click();
    await page.getByRole('region', { name: 'Thread' }).getByText('CVE-2022-37434').waitFor();
    await shoot('thread');
    slack.data.views = [
      { ...denyView({ reason: 'Say why, so that Alice knows what to ask for.' }), user: 'U0ALICE' },
    ];
    slack.emit({ kind: 'views', user: 'U0ALICE' });
    await page.getByRole('dialog').waitFor();
    await shoot('modal');

    expect(troubles).toEqual([]);
    await page.context().close();
    await slack.close();
  });
});
