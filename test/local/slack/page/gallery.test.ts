import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { gallery } from '../../../bot/gallery/gallery.ts';
import { formatGallery, PICTURES, pictureFile, SCHEMES, type Scheme } from '../../../bot/gallery/page.ts';
import { OPS_CHANNEL, OTHER_CHANNEL } from '../../../bot/gallery/given.ts';
import { ALICE, CHANNEL } from '../../../bot/sample.ts';
import { closeBrowser, describeInBrowser, openPage } from '../../../browser.ts';
import { type Fixture, startFixture } from './fixture.ts';
import {
  APP_CHANNEL,
  dialogsOf,
  GALLERY_NOW,
  galleryData,
  homesOf,
  type Shot,
  shots,
  THREAD,
} from './gallery-data.ts';
import { smallPng } from './small-png.ts';

/** `GOLDEN=write`: what is seen now is what is kept. */
const WRITE = process.env['GOLDEN'] === 'write';
jest.setTimeout(WRITE ? 900_000 : 120_000);
const TEXTS = 'test/local/slack/page/gallery';
/** Of a message in a channel 720 px, and of a reply a little more than in Slack's own pane. */
const CHANNEL_WIDTH = 1010;
const THREAD_WIDTH = 1480;
/** What is cut out has some room around it, and nothing behind its corners. */
const RULES = ['.home .blocks { padding: 16px 20px; }', '.modal { border-radius: 0; }'];
/** The tallest dialog fits. */
const HEIGHT = 1100;

describeInBrowser('the gallery of all that the bot says', () => {
  let slack: Fixture;
  let page: Page;
  const troubles: string[] = [];
  /** What a screen reader has of each, by section and name. */
  const read = new Map<string, string>();
  const unlike: string[] = [];

  beforeAll(async () => {
    slack = await startFixture(0, galleryData());
    page = await openPage(`${slack.origin}/#user=${ALICE}&channel=${CHANNEL}`, {
      now: GALLERY_NOW,
      width: CHANNEL_WIDTH,
      height: HEIGHT,
    });
    page.on('console', (line) => troubles.push(line.text()));
    page.on('pageerror', (error) => troubles.push(error.message));
    for (const rule of RULES)
      await page.evaluate(
        `document.styleSheets[0].insertRule(${JSON.stringify(rule)}, document.styleSheets[0].cssRules.length)`,
      );
    if (WRITE) rmSync(PICTURES, { recursive: true, force: true });
  });

  afterAll(async () => {
    await closeBrowser();
    await slack?.close();
  });

  /** The text of each, and how large it is. */
  async function look(list: readonly Shot[], find: (shot: Shot) => Locator): Promise<void> {
    const seen = await Promise.all(
      list.map((shot) => Promise.all([textOf(find(shot), shot), WRITE ? null : find(shot).boundingBox()])),
    );
    for (const [nth, shot] of list.entries()) {
      const [text = '', box] = seen[nth] ?? [];
      read.set(`${shot.section} ${shot.name}`, text);
      for (const scheme of WRITE ? [] : SCHEMES) {
        const file = pictureFile(shot.section, shot.name, scheme);
        if (!box || !isAlike(sizeOf(`${PICTURES}/${file}`), box)) unlike.push(file);
      }
    }
  }

  /** In light and dark: all that are to be kept, else only that one can be taken, since each takes its time. */
  async function shoot(list: readonly Shot[], find: (shot: Shot) => Locator): Promise<void> {
    for (const scheme of SCHEMES) {
      await page.emulateMedia({ colorScheme: scheme });
      if (WRITE) await keep(list, find, scheme);
      else expect((await page.screenshot()).length).toBeGreaterThan(10_000);
    }
  }

  async function keep(list: readonly Shot[], find: (shot: Shot) => Locator, scheme: Scheme): Promise<void> {
    for (const shot of list) {
      const path = `${PICTURES}/${pictureFile(shot.section, shot.name, scheme)}`;
      mkdirSync(dirname(path), { recursive: true });
      const place = find(shot);
      // At the edge of what scrolls a hair of what is beside it would be on it.
      await place.evaluate((element) => element.scrollIntoView({ block: 'center' }));
      writeFileSync(path, smallPng(await place.screenshot()));
    }
  }

  const ofKind = (...kinds: readonly Shot['shown']['in'][]): readonly Shot[] =>
    shots.filter(({ shown }) => kinds.includes(shown.in));

  test('every message in a channel, and every line for one person alone', async () => {
    const find = ({ ts }: Shot) => page.locator(`article[data-ts="${ts}"]`);
    const list = ofKind('channel', 'private');
    await page.getByRole('article').first().waitFor();
    await look(list, find);
    await shoot(list, find);
  });

  test('every reply in a thread', async () => {
    await page.setViewportSize({ width: THREAD_WIDTH, height: HEIGHT });
    await goTo({ channel: OTHER_CHANNEL, thread: THREAD });
    const thread = page.getByRole('region', { name: 'Thread' });
    const find = ({ ts }: Shot) => thread.locator(`article[data-ts="${ts}"]`);
    await thread.waitFor();
    await look(ofKind('thread'), find);
    await shoot(ofKind('thread'), find);
  });

  test('every dialog', async () => {
    await page.setViewportSize({ width: CHANNEL_WIDTH, height: HEIGHT });
    // Where little is below it.
    await goTo({ channel: OPS_CHANNEL });
    const dialog = page.getByRole('dialog');
    for (const [nth, { shot, view }] of dialogsOf().entries()) {
      slack.data.views = [view];
      slack.emit({ kind: 'views', user: ALICE });
      await dialog.waitFor();
      await look([shot], () => dialog);
      if (WRITE || nth === 0) await shoot([shot], () => dialog);
      slack.data.views = [];
      slack.emit({ kind: 'views', user: ALICE });
      await dialog.waitFor({ state: 'detached' });
    }
  });

  test('every Home tab', async () => {
    const blocks = page.getByRole('region', { name: 'Home of Mirror' }).locator('.blocks');
    for (const [nth, { shot, user }] of homesOf().entries()) {
      await goTo({ user, channel: APP_CHANNEL, tab: 'home' });
      await blocks.waitFor();
      await look([shot], () => blocks);
      if (WRITE || nth === 0) await shoot([shot], () => blocks);
      await goTo({ user, channel: OPS_CHANNEL });
    }
  });

  test.each(Object.keys(gallery))(
    'what is read on the pictures of section %s is what they are kept with',
    (section) => {
      const texts = shots
        .filter((shot) => shot.section === section)
        .map(({ name }) => `# ${name}\n${read.get(`${section} ${name}`)}\n`)
        .join('\n');
      const path = `${TEXTS}/${section}.yaml`;
      if (WRITE) {
        mkdirSync(TEXTS, { recursive: true });
        writeFileSync(path, texts);
      }
      expect(texts).toBe(readFileSync(path, 'utf8'));
    },
  );

  test('no picture has another size than the one that is kept, and the page had no trouble', () => {
    if (WRITE) writeFileSync('docs/gallery.md', formatGallery());
    expect(unlike).toEqual([]);
    expect(troubles).toEqual([]);
  });

  function goTo(route: Record<string, string>): Promise<void> {
    const hash = new URLSearchParams({ user: ALICE, ...route }).toString();
    // As a click on a link would.
    return page.evaluate(`location.hash = ${JSON.stringify(hash)}`).then(() => {});
  }
});

/** Of a message without the menu that the page puts beside it. */
const textOf = (place: Locator, { shown }: Shot): Promise<string> =>
  (shown.in === 'modal' || shown.in === 'home' ? place : place.locator('.content')).ariaSnapshot();

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The first chunk of a PNG has its width and height (https://www.w3.org/TR/png/#11IHDR). */
function sizeOf(path: string): Size {
  if (!existsSync(path)) return { width: 0, height: 0 };
  const png = readFileSync(path);
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}

/** Fonts differ from machine to machine, so only a size that is far off tells that something is wrong. */
const isAlike = (kept: Size, seen: Size): boolean =>
  Math.abs(kept.width - seen.width) <= 2 && Math.abs(kept.height - seen.height) <= 30 + kept.height / 3;
