import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { startStage, type Stage } from './stage.ts';
import { closeBrowser, describeInBrowser, openPage } from '../browser.ts';

jest.setTimeout(240_000);
const SHOTS = 'test/.screenshots';
/** With PICTURES=docs these are made anew for docs/user-guide.md. */
const PICTURES = new Map([
  ['form-errors', 'form-errors'],
  ['message-menu', 'message-menu'],
  ['lists', 'lists'],
  ['home-approver', 'home'],
]);
const FOR_DOCS = process.env['PICTURES'] === 'docs';

describeInBrowser('form, shortcuts, mentions and Home on the page, over the whole product', () => {
  let stage: Stage;
  let page: Page;
  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    stage = await startStage({ page: true });
    page = await openPage(stage.slack.url, { width: 1180, height: 820 });
    page.setDefaultTimeout(60_000);
  });
  afterAll(async () => {
    await closeBrowser();
    await stage.close();
  });

  const act = (user: string) => page.getByRole('combobox', { name: 'Acting as' }).selectOption(user);
  const shoot = async (name: string) => {
    await page.screenshot({ path: `${SHOTS}/views-${name}.png` });
    const picture = FOR_DOCS ? PICTURES.get(name) : undefined;
    if (picture !== undefined) await page.screenshot({ path: `docs/images/user-guide/${picture}.png` });
  };
  const log = () => page.getByRole('log', { name: '#image-requests' });
  const box = () => page.getByRole('textbox', { name: 'Message #image-requests' });
  const type = async (text: string) => {
    await box().fill(text);
    await page.keyboard.press('Enter');
  };

  test('a developer asks by form, shortcut and mention, reads lists, and finds all of it on the Home tab', async () => {
    const { requester, approver } = stage.slack.people;
    await log().getByText('/mirror help').first().waitFor();
    await shoot('empty-channel');

    // The form, with a mistake in each field.
    await type('/mirror');
    const form = page.getByRole('dialog', { name: 'Mirror an image' });
    await form.getByRole('textbox', { name: 'Image' }).fill('Nginx:1.22-alpine');
    await form.getByRole('button', { name: 'Ask for it' }).click();
    await form.getByText('Probably meant: nginx:1.22-alpine').waitFor();
    await form.getByRole('textbox', { name: 'Image' }).fill('nginx:1.22-alpine');
    await form.getByRole('textbox', { name: 'Repository in ECR' }).fill('other/nginx');
    await form.getByRole('button', { name: 'Ask for it' }).click();
    await form.getByText('Ask for it as: base-images/nginx').waitFor();
    await shoot('form-errors');
    await form.getByRole('textbox', { name: 'Repository in ECR' }).fill('base-images/nginx');
    await form.getByRole('textbox', { name: 'Why' }).fill('base image for the shop front end');
    await shoot('form');
    await form.getByRole('button', { name: 'Ask for it' }).click();
    await form.waitFor({ state: 'detached' });
    const approve = log().getByRole('button', { name: 'Approve', exact: true });
    await approve.waitFor();
    await shoot('card');

    // A message in a thread names images; its menu asks for them, there.
    await type('what does the shop need besides?');
    const question = log().getByRole('article').filter({ hasText: 'besides?' });
    await question.waitFor();
    const root = (await question.getAttribute('data-ts')) ?? '';
    await stage.alice.say('redis:6.2 and nginx:1.23-alpine, both small', { thread: root });
    await log()
      .getByRole('button', { name: /1 reply/ })
      .click();
    const thread = page.getByRole('region', { name: 'Thread' });
    const reply = thread.getByRole('article').filter({ hasText: 'both small' });
    await reply.hover();
    await reply.getByRole('button', { name: 'Shortcuts for this message' }).click();
    await shoot('message-menu');
    await page.getByRole('menuitem', { name: /Mirror these images/ }).click();
    const choice = page.getByRole('dialog', { name: 'Mirror these images' });
    await choice.getByText('to base-images/redis:6.2').waitFor();
    await choice.getByRole('checkbox', { name: /nginx:1.23/ }).uncheck();
    await shoot('choice');
    await choice.getByRole('button', { name: 'Ask for them' }).click();
    await choice.waitFor({ state: 'detached' });
    await thread.getByText('Looking up').first().waitFor();

    // A mention in the thread.
    await thread.getByRole('textbox', { name: 'Reply in thread' }).fill('@mirror pending');
    await page.keyboard.press('Enter');
    await thread
      .getByText(/waits? for approval/)
      .first()
      .waitFor();
    await shoot('thread');

    // What waits for Bob, on his Home tab.
    await act(approver);
    await page.getByRole('button', { name: 'mirror', exact: true }).click();
    await page.getByRole('button', { name: 'Home', exact: true }).click();
    const home = page.getByRole('region', { name: 'Home of mirror' });
    await home.getByText('Rules by which you decide').waitFor();
    await home.getByText('● waiting for').first().waitFor();
    await shoot('home-approver');
    await page.getByRole('button', { name: 'image-requests' }).click();
    await approve.first().click();
    await log().getByText('✓ in ECR').first().waitFor();

    // Alice's Home tab in the dark, drawn again by what happens.
    await act(requester);
    await page.getByRole('button', { name: 'mirror', exact: true }).click();
    await page.getByRole('button', { name: 'Home', exact: true }).click();
    await home.getByText('✓ in ECR').first().waitFor();
    await page.getByRole('combobox', { name: 'Appearance' }).selectOption('dark');
    await shoot('home-dark');
    await home.getByRole('button', { name: 'Mirror an image' }).click();
    await form.waitFor();
    await shoot('form-dark');
    await form.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('combobox', { name: 'Appearance' }).selectOption('light');

    // Lists that only she sees.
    await page.getByRole('button', { name: 'image-requests' }).click();
    await type('/mirror mine');
    await log().getByText('Your requests, newest first.').waitFor();
    await type('/mirror history base-images/nginx');
    await log().getByText('newest first').last().waitFor();
    await log()
      .getByText(/approved by/)
      .last()
      .waitFor();
    await shoot('lists');
    await type('/mirror stauts');
    await log().getByText('Probably meant').last().waitFor();
    expect(await page.getByText(/undefined|unsupported/).count()).toBe(0);
  });
});
