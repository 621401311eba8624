import { describe, expect, test } from '@jest/globals';
import { renderList, fieldTexts } from '../../../bot/list/render-list.ts';
import { renderChoice as renderFileChoice } from '../../../bot/form/render-choice.ts';
import { renderChoice } from '../../../bot/views/choice.ts';
import { imagesOf } from '../../../core/request/request.ts';
import { checkView } from '../../../local/slack/block-kit/view.ts';
import { longName, sampleList } from '../messages/sample-list.ts';
import { sampleEntry } from '../sample.ts';

const inputs = (view: { readonly blocks: readonly unknown[] }) =>
  JSON.parse(JSON.stringify(view.blocks)).flatMap((block: { type: string; element?: object }) =>
    block.type === 'input' ? [block.element] : [],
  );

describe('the dialog to choose among a list’s images', () => {
  test('has ten ticked boxes a block, an approval and a denial to choose from, and a reason', () => {
    const item = sampleList(25, (n) => (n > 23 ? { state: 'copied' } : { flags: ['moving tag'] }));
    const may = imagesOf(item).flatMap(([id, { state }]) => (state === 'ready' && id !== '7' ? [id] : []));
    const view = renderChoice(item, may);
    expect(checkView(view)).toMatchObject({ kind: 'valid' });
    const boxes = inputs(view).filter(({ type }: { type: string }) => type === 'checkboxes');
    expect(boxes.map(({ options }: { options: unknown[] }) => options.length)).toEqual([10, 10, 2]);
    for (const { initial_options, options } of boxes) expect(initial_options).toEqual(options);
    const json = JSON.stringify(view);
    expect(json).toContain('1. app-1:1 → base-images/app-1');
    expect(json).toContain('24 MB · 7 platforms · new repository · ⚠ moving tag');
    expect(json).not.toContain('"7. ');
    expect(json).toContain('1 more image waits for other people.');
    expect(view.private_metadata).toBe(item.id);
  });

  test('with names as long as they can be can still be opened', () => {
    const item = sampleList(25, longName);
    expect(checkView(renderChoice(item, Object.keys(item.images)))).toMatchObject({ kind: 'valid' });
  });
});

test('the images of a pasted file are offered up to one request’s, and how many more there are is told', () => {
  const entries = Array.from({ length: 30 }, (_, n) => sampleEntry(`app-${n}:1`, `base-images/app-${n}`));
  const view = renderFileChoice({ place: {}, entries });
  expect(checkView(view)).toMatchObject({ kind: 'valid' });
  const boxes = inputs(view).filter(({ type }: { type: string }) => type === 'checkboxes');
  expect(boxes.flatMap(({ options }: { options: unknown[] }) => options)).toHaveLength(25);
  expect(JSON.stringify(view)).toContain('5 more images did not fit here');
});

describe('the dialog of a list', () => {
  test('can be opened empty, and with a text that needs several fields', () => {
    const line = `nginx:1 base-images/${'x'.repeat(80)}`;
    const text = Array.from({ length: 90 }, () => line).join('\n');
    expect(checkView(renderList({ place: { channel: 'C0IMAGES' } }))).toMatchObject({ kind: 'valid' });
    const view = renderList({ place: {}, text, note: 'Line 3: no', reason: 'r'.repeat(600) });
    expect(checkView(view)).toMatchObject({ kind: 'valid' });
    expect(fieldTexts(text).length).toBeGreaterThan(2);
    expect(fieldTexts(text).join('\n')).toBe(text);
    expect(fieldTexts('')).toEqual(['']);
  });
});
