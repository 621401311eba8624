import { existsSync, globSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { checkMessageBlocks } from '../../local/slack/block-kit/blocks.ts';
import { checkHome, checkView } from '../../local/slack/block-kit/view.ts';
import { gallery } from '../bot/gallery/gallery.ts';
import { formatGallery, PICTURES, pictureFile, SCHEMES } from '../bot/gallery/page.ts';

const all = Object.entries(gallery).flatMap(([section, { pictures }]) =>
  Object.entries(pictures).map(([name, picture]) => ({ section, name, ...picture })),
);

test('the gallery’s page is the one that is made of its pictures, each with a heading and a sentence', () => {
  expect(readFileSync('docs/gallery.md', 'utf8')).toBe(formatGallery());
  for (const { title, when } of all) {
    expect(title).toMatch(/^\S.*[^.]$/);
    expect(when).toMatch(/^[A-Z/]\S* .*\.$/);
  }
});

test('each picture is there for a light and for a dark screen, and none that the page does not show', () => {
  const files = all.flatMap(({ name, section }) =>
    SCHEMES.map((scheme) => `${PICTURES}/${pictureFile(section, name, scheme)}`),
  );
  expect(files.filter((file) => !existsSync(file))).toEqual([]);
  expect(globSync(`${PICTURES}/**/*.png`).toSorted()).toEqual(files.toSorted());
});

test('what is on the pictures is what Slack takes', () => {
  for (const { name, section, shown } of all) {
    const checked =
      shown.in === 'home'
        ? checkHome(shown.view)
        : shown.in === 'modal'
          ? checkView(shown.view)
          : checkMessageBlocks(shown.message.blocks);
    expect([section, name, checked.kind]).toEqual([section, name, 'valid']);
  }
});
