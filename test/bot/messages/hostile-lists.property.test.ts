import { describe, expect, test } from '@jest/globals';
import fc from '../../properties.ts';
import { renderBadList } from '../../../bot/messages/list-asked.ts';
import { renderCard } from '../../../bot/messages/card.ts';
import { renderRest } from '../../../bot/messages/list-rest.ts';
import { renderMistake, renderTypedRefusal } from '../../../bot/messages/mistake.ts';
import { renderPlan } from '../../../bot/messages/plan.ts';
import { renderReply } from '../../../bot/messages/thread.ts';
import { withoutTables } from '../../../bot/slack/plain-tables.ts';
import { renderList } from '../../../bot/list/render-list.ts';
import { renderChoice } from '../../../bot/views/choice.ts';
import type { EventBody } from '../../../core/request/event.ts';
import { END_STATES, type Image } from '../../../core/request/image.ts';
import { checkView } from '../../../local/slack/block-kit/view.ts';
import { DIGEST, sampleEntry, sampleImage, withEvents } from '../sample.ts';
import { expectSayable } from './checked.ts';
import { sampleList } from './sample-list.ts';

/** What might ping, link, break a block or hide a character; single cells and options are shorter than most of it. */
const hostile = fc.oneof(
  fc.constantFrom(
    '<!channel>',
    '<https://evil.example|nginx>',
    '```',
    '`',
    '&lt;!here&gt;',
    'nginx\n● waiting',
    'a\u202eb\u200bc\ufeff',
    '',
    ' ',
    'x'.repeat(3_100),
    '<'.repeat(400),
    '👩‍👩‍👧‍👦'.repeat(40),
  ),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
);

const image: fc.Arbitrary<Partial<Image>> = fc
  .record({
    state: fc.constantFrom('ready', 'ready', 'queued', 'copying', 'pushed', 'held', ...END_STATES),
    scan: fc.constantFrom('none', 'waiting', 'found', 'unavailable'),
    name: hostile,
    rule: hostile,
    summary: hostile,
    people: fc.array(hostile, { maxLength: 8 }),
    failed: fc.boolean(),
  })
  .map(({ failed, name, people, rule, summary, ...rest }) => {
    const { source, target } = sampleEntry();
    const known = sampleImage().rule;
    if (!known) throw new Error('sample');
    return {
      ...rest,
      source: { ...source, registry: name, repository: name, tag: name },
      target: { ...target, tag: name, destination: name, named: true as const },
      rule: { ...known, name: rule, approvers: { users: people, userGroups: people } },
      flags: ['moving tag' as const],
      repositoryUri: `${name}/x`,
      notBefore: 1,
      ...(failed && {
        failure: { code: 'internal' as const, summary, hint: summary, command: summary, retry: true },
      }),
    };
  });

const events = (by: string, reason: string): readonly EventBody[] => [
  { type: 'offered', images: ['1', '2', '3'] },
  { type: 'approved', by, images: ['1'], digests: [DIGEST], configHash: 'c', reason },
  { type: 'denied', by, images: ['2'], reason },
  { type: 'expired', images: ['3'] },
  { type: 'retried', by, images: ['1', '2'] },
  { type: 'finished' },
];

describe('foreign text in a list, whatever it is, pings nobody, links nowhere and breaks nothing', () => {
  test('in its card, its thread, its plan and its dialogs', () => {
    fc.assert(
      fc.property(fc.array(image, { minLength: 2, maxLength: 4 }), hostile, (images, text) => {
        const item = sampleList(images.length, (n) => images[n - 1] ?? {}, { reason: text, requester: text });
        const card = renderCard(item);
        expectSayable(card);
        expectSayable(withoutTables(card));
        expectSayable(renderPlan(item));
        const rest = renderRest(item, []);
        if (rest) expectSayable(rest);
        const full = withEvents(item, ...events(text, text));
        for (const event of full.events) expectSayable(renderReply(event, full));
        const choice = renderChoice(item, Object.keys(item.images));
        if (choice.blocks.length > 3) expect(checkView(choice)).toMatchObject({ kind: 'valid' });
      }),
      { numRuns: 120 },
    );
  });

  test('in the answers to what was typed', () => {
    fc.assert(
      fc.property(hostile, hostile, fc.nat(50), (text, message, at) => {
        expectSayable(renderMistake(text, { message, at, length: 2, meant: message }));
        const failure = {
          code: 'internal',
          summary: text,
          hint: message,
          command: text,
          retry: false,
        } as const;
        expectSayable(renderTypedRefusal(failure, { text, at }));
        const bad = [{ line: 1, text, problem: text, meant: message }];
        expectSayable(renderBadList({ bad, lines: [], merged: [] }));
        const view = renderList({ place: {}, text, note: message, reason: text });
        expect(checkView(view)).toMatchObject({ kind: 'valid' });
      }),
      { numRuns: 200 },
    );
  });
});
