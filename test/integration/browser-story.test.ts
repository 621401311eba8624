import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Local, startLocal } from '../../local/start.ts';
import { actAs, closeBrowser, describeInBrowser, openPage } from '../browser.ts';
import { quiet } from './quiet.ts';

const SHOTS = 'test/.screenshots';

describeInBrowser('the whole story on the page', () => {
  let local: Local;
  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    // Slow enough that the card is seen copying.
    local = await startLocal({ log: quiet, bytesPerSecond: 8_000_000 });
  });
  afterAll(async () => {
    await closeBrowser();
    await local.close();
  });

  test('Alice asks, she and Dave are refused, Bob approves, and the thread has digest and findings', async () => {
    const page = await openPage(local.slack.url);
    page.setDefaultTimeout(60_000);
    const channel = page.getByRole('log', { name: '#image-requests' });
    const approve = channel.getByRole('button', { name: 'Approve', exact: true });

    await actAs(page, 'Alice');
    await page
      .getByRole('textbox', { name: 'Message #image-requests' })
      .fill('/mirror nginx:1.21-alpine base-images/nginx');
    await page.keyboard.press('Enter');
    await channel.getByText('Looking up').waitFor();
    await approve.waitFor();
    await page.screenshot({ path: `${SHOTS}/story-card.png` });

    await approve.click();
    await channel.getByText('can decide this (rule base-images)').waitFor();
    await actAs(page, 'Dave');
    await approve.click();
    await channel.getByText('can decide this (rule base-images)').waitFor();
    await page.screenshot({ path: `${SHOTS}/story-refused.png` });

    await actAs(page, 'Bob');
    await channel.getByRole('button', { name: 'Deny', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Deny this image' });
    await dialog.waitFor();
    await page.screenshot({ path: `${SHOTS}/story-modal.png` });
    await dialog.getByRole('button', { name: 'Back' }).click();
    await approve.click();
    await channel.getByText('copying,').first().waitFor();
    await page.screenshot({ path: `${SHOTS}/story-copying.png` });
    await channel.getByText('✓ in ECR').first().waitFor();
    await channel.getByRole('button', { name: /3 replies/ }).click();
    const thread = page.getByRole('region', { name: 'Thread' });
    await thread.getByText('Scan of').waitFor();
    await channel.getByText(/✓ in ECR · \d/).waitFor();
    await page.screenshot({ path: `${SHOTS}/story-thread.png` });

    const digest = local.upstream?.digestOf('library/nginx', '1.21-alpine');
    expect(local.ecr.admin.tags('base-images/nginx').get('1.21-alpine')).toBe(digest);
    expect(await thread.innerText()).toContain(digest);
    expect(await page.getByText('undefined').count()).toBe(0);
  }, 240_000);
});
