import { expect, test } from '@jest/globals';
import { decide } from '../../../core/request/decide.ts';
import { failures } from '../../../core/request/failure.ts';
import type { Image, ImageState } from '../../../core/request/image.ts';
import type { Input, InputKind } from '../../../core/request/input.ts';
import type { RequestItem, RequestState } from '../../../core/request/request.ts';
import { DEFAULT_TIMING } from '../../../core/request/timing.ts';
import {
  ALICE,
  decided,
  decidedAt,
  approveBy,
  copiedInput,
  foundScan,
  heldBy,
  offer,
  lookedInput,
  offered,
  OTTO,
  resolvedAs,
  sampleRequest,
  sampleSource,
  START,
  watchBy,
  WEEK,
} from './sample-request.ts';
import { heldItem, leaveBy, pushedInput, pushedItem, releaseBy, sampleGate } from './gated.ts';

const failure = failures.internal({ source: sampleSource(), detail: 'a test' });
const claim: Input = { kind: 'claim', image: '1', owner: 'worker' };
const tagging: Input = { ...heldBy('worker'), kind: 'tagging' };
const scan: Input = { kind: 'scanned', scans: { '1': foundScan } };

/** Every input, as somebody in place would send it: the right owner, the right fence, an approver. */
const INPUTS: { readonly [K in InputKind]: Extract<Input, { kind: K }> | Input } = {
  claimResolve: { kind: 'claimResolve', owner: 'other' },
  releaseResolve: { kind: 'releaseResolve', owner: 'resolver', fence: 1, notBefore: START, failure },
  looked: lookedInput(),
  resolved: resolvedAs({ '1': offer() }),
  approve: approveBy(ALICE),
  deny: { kind: 'deny', by: ALICE, images: ['1'] },
  ask: { kind: 'ask', by: ALICE, images: ['1'], question: 'Why?' },
  breakGlass: {
    kind: 'breakGlass',
    by: ALICE,
    images: ['1'],
    reason: 'it burns',
    configHash: 'c0ffee123456',
    reviewAt: START + WEEK,
  },
  confirmReview: { kind: 'confirmReview', by: 'U0BOB', images: ['1'] },
  remind: { kind: 'remind' },
  cancel: { kind: 'cancel', by: OTTO },
  expire: { kind: 'expire' },
  retry: { kind: 'retry', by: OTTO },
  watch: watchBy('U0WANDA'),
  claim: { kind: 'claim', image: '1', owner: 'other' },
  yield: { ...heldBy('worker'), kind: 'yield', progressed: true },
  postpone: { ...heldBy('worker'), kind: 'postpone', notBefore: START + WEEK, failure },
  fail: { ...heldBy('worker'), kind: 'fail', failure },
  delay: { kind: 'delay', code: 'queueSilent', summary: 'The queue does not answer.' },
  pushed: pushedInput('worker'),
  release: releaseBy(ALICE),
  leave: leaveBy(ALICE),
  tagging,
  copied: copiedInput('worker'),
  scanned: scan,
};

const glass = offered(1, { approvals: 2, breakGlass: { users: [ALICE], userGroups: [] } });
const resolving = decided(sampleRequest(), { kind: 'claimResolve', owner: 'resolver' });
const ready = offered();
const queued = decided(ready, approveBy(ALICE));
const copying = decided(queued, claim);
const copied = decided(copying, tagging, copiedInput('worker'));
const standing = (state: ImageState, item: RequestItem = queued, more: Partial<Image> = {}): RequestItem => {
  const image = item.images['1'];
  if (!image) throw new Error('no image');
  return { ...item, images: { '1': { ...image, state, ...more } } };
};

/** A state of the table's rows: each image state in the request state it stands in, and what makes a difference beside it. */
const SITUATIONS: Readonly<
  Record<ImageState | `resolving${string}` | `${ImageState}, ${string}`, RequestItem>
> = {
  resolving: sampleRequest(),
  'resolving, claimed': resolving,
  'resolving, last try': {
    ...resolving,
    work: { resolve: { owner: 'resolver', fence: 1, until: START, attempt: 12 } },
  },
  ready: ready,
  'ready, expired': standing('ready', ready, { expiresAt: START }),
  'ready, 1 of 2': standing('ready', decided(glass, approveBy('U0CAROL')), {
    reminders: [{ as: 'reminder', at: START }],
  }),
  queued: queued,
  'queued, later': decided(copying, { ...heldBy('worker'), kind: 'postpone', notBefore: START + 1, failure }),
  'queued, forged': standing('queued', ready),
  copying: copying,
  'copying, lapsed': {
    ...copying,
    work: { ...copying.work, '1': { owner: 'worker', fence: 1, until: START } },
  },
  'copying, tagging': decided(copying, tagging),
  'copying, gate shut': decided(offered(1, { gate: sampleGate() }), approveBy(ALICE), claim),
  pushed: pushedItem(),
  held: heldItem(),
  'held, expired': standing('held', heldItem(), { expiresAt: START }),
  refused: decided(resolving, resolvedAs({ '1': { kind: 'refused', failure } })),
  unchanged: decided(resolving, resolvedAs({ '1': { kind: 'unchanged' } })),
  rejected: decided(ready, { kind: 'deny', by: ALICE, images: ['1'] }),
  expired: decidedAt(ready, START + WEEK, { kind: 'expire' }),
  cancelled: decided(copying, { kind: 'cancel', by: OTTO }),
  left: decidedAt(heldItem(), START + WEEK, { kind: 'expire' }),
  failed: decided(copying, { ...heldBy('worker'), kind: 'fail', failure }),
  'copied, scan waits': copied,
  copied: standing('copied', decided(copied, scan), {
    review: { by: ALICE, at: START, reason: 'it burns' },
  }),
};

function cell(item: RequestItem, input: Input): string {
  const decision = decide(item, input, { now: START, timing: DEFAULT_TIMING, token: 'token' });
  if (decision.kind === 'refused') return `- ${decision.why}`;
  const { images, state, events } = decision.item;
  const image = images['1'];
  const said = events.slice(item.events.length).map(({ type }) => type);
  return [image ? `${state}/${image.state}` : state, ...said].join(' +');
}
/**
 * The request's life, whole: what each input makes of each state. `- reason` = refused, else the states of the request and
 * of its image, and what is said. From the top: the worker's look and the scan, people and time, the worker's copy.
 */
const TABLES: readonly string[] = [
  `
                    | claimResolve             | releaseResolve           | resolved               | scanned | watch | looked
resolving           | resolving                | - lease lost             | - lease lost           | - no scan waited for | - not open | - not resolving
resolving, claimed  | - leased                 | resolving                | pending/ready +offered | - no scan waited for | - not open | - not resolving
resolving, last try | refused/refused +refused | refused/refused +refused | pending/ready +offered | - no scan waited for | - not open | - not resolving
ready               | - not resolving          | - not resolving          | - not resolving        | - no scan waited for | pending/ready | - not resolving
ready, expired      | - not resolving          | - not resolving          | - not resolving        | - no scan waited for | pending/ready | - not resolving
ready, 1 of 2       | - not resolving          | - not resolving          | - not resolving        | - no scan waited for | pending/ready | - not resolving
queued              | - not resolving          | - not resolving          | - not resolving        | - no scan waited for | running/queued | - not resolving
queued, later       | - not resolving          | - not resolving          | - not resolving        | - no scan waited for | running/queued | - not resolving
queued, forged      | - not resolving          | - not resolving          | - not resolving        | - no scan waited for | running/queued | - not resolving
copying             | - not resolving          | - not resolving          | - not resolving        | - no scan waited for | running/copying | - not resolving
copying, lapsed     | - not resolving          | - not resolving          | - not resolving        | - no scan waited for | running/copying | - not resolving
copying, tagging    | - not resolving          | - not resolving          | - not resolving        | - no scan waited for | running/copying | - not resolving
copying, gate shut  | - not resolving          | - not resolving          | - not resolving        | - no scan waited for | running/copying | - not resolving
pushed              | - not resolving          | - not resolving          | - not resolving        | - no scan waited for | running/pushed | - not resolving
held                | - not resolving          | - not resolving          | - not resolving        | - no scan waited for | running/held | - not resolving
held, expired       | - not resolving          | - not resolving          | - not resolving        | - no scan waited for | running/held | - not resolving
refused             | - not resolving          | - not resolving          | - not resolving        | - no scan waited for | - not open | - not resolving
unchanged           | - not resolving          | - not resolving          | - not resolving        | - no scan waited for | - not open | - not resolving
rejected            | - not resolving          | - not resolving          | - not resolving        | - no scan waited for | - not open | - not resolving
expired             | - not resolving          | - not resolving          | - not resolving        | - no scan waited for | - not open | - not resolving
cancelled           | - not resolving          | - not resolving          | - not resolving        | - no scan waited for | - not open | - not resolving
left                | - not resolving          | - not resolving          | - not resolving        | - no scan waited for | - not open | - not resolving
failed              | - not resolving          | - not resolving          | - not resolving        | - no scan waited for | - not open | - not resolving
copied, scan waits  | - not resolving          | - not resolving          | - not resolving        | finished/copied +scanned +finished | running/copied | - not resolving
copied              | - not resolving          | - not resolving          | - not resolving        | - no scan waited for | - not open | - not resolving
`,
  `
                    | approve                  | deny                                | cancel                                  | expire                              | retry
resolving           | - not open               | - not open                          | finished/cancelled +cancelled +finished | - not open                          | - not open
resolving, claimed  | - not open               | - not open                          | finished/cancelled +cancelled +finished | - not open                          | - not open
resolving, last try | - not open               | - not open                          | finished/cancelled +cancelled +finished | - not open                          | - not open
ready               | running/queued +approved | finished/rejected +denied +finished | finished/cancelled +cancelled +finished | - nothing expired                   | - not open
ready, expired      | - nothing to decide      | finished/rejected +denied +finished | finished/cancelled +cancelled +finished | finished/expired +expired +finished | - not open
ready, 1 of 2       | running/queued +approved | finished/rejected +denied +finished | finished/cancelled +cancelled +finished | - nothing expired                   | - not open
queued              | - nothing to decide      | - nothing to decide                 | finished/cancelled +cancelled +finished | - nothing expired                   | - nothing failed
queued, later       | - nothing to decide      | - nothing to decide                 | finished/cancelled +cancelled +finished | - nothing expired                   | - nothing failed
queued, forged      | - nothing to decide      | - nothing to decide                 | finished/cancelled +cancelled +finished | - nothing expired                   | - not open
copying             | - nothing to decide      | - nothing to decide                 | finished/cancelled +cancelled +finished | - nothing expired                   | - nothing failed
copying, lapsed     | - nothing to decide      | - nothing to decide                 | finished/cancelled +cancelled +finished | - nothing expired                   | - nothing failed
copying, tagging    | - nothing to decide      | - nothing to decide                 | - too late                              | - nothing expired                   | - nothing failed
copying, gate shut  | - nothing to decide      | - nothing to decide                 | finished/cancelled +cancelled +finished | - nothing expired                   | - nothing failed
pushed              | - nothing to decide      | - nothing to decide                 | finished/cancelled +cancelled +finished | - nothing expired                   | - nothing failed
held                | - nothing to decide      | - nothing to decide                 | finished/cancelled +cancelled +finished | - nothing expired                   | - nothing failed
held, expired       | - nothing to decide      | - nothing to decide                 | finished/cancelled +cancelled +finished | finished/left +expired +finished    | - nothing failed
refused             | - not open               | - not open                          | - too late                              | - not open                          | - not open
unchanged           | - not open               | - not open                          | - too late                              | - not open                          | - nothing failed
rejected            | - not open               | - not open                          | - too late                              | - not open                          | - nothing failed
expired             | - not open               | - not open                          | - too late                              | - not open                          | - nothing failed
cancelled           | - not open               | - not open                          | - too late                              | - not open                          | - nothing failed
left                | - not open               | - not open                          | - too late                              | - not open                          | - nothing failed
failed              | - not open               | - not open                          | - too late                              | - not open                          | running/queued +retried
copied, scan waits  | - nothing to decide      | - nothing to decide                 | - too late                              | - nothing expired                   | - nothing failed
copied              | - not open               | - not open                          | - too late                              | - not open                          | - nothing failed
`,
  `
                    | claim                           | yield          | postpone       | fail                              | tagging         | copied
resolving           | - not claimable                 | - lease lost   | - lease lost   | - lease lost                      | - lease lost    | - lease lost
resolving, claimed  | - not claimable                 | - lease lost   | - lease lost   | - lease lost                      | - lease lost    | - lease lost
resolving, last try | - not claimable                 | - lease lost   | - lease lost   | - lease lost                      | - lease lost    | - lease lost
ready               | - not claimable                 | - lease lost   | - lease lost   | - lease lost                      | - lease lost    | - lease lost
ready, expired      | - not claimable                 | - lease lost   | - lease lost   | - lease lost                      | - lease lost    | - lease lost
ready, 1 of 2       | - not claimable                 | - lease lost   | - lease lost   | - lease lost                      | - lease lost    | - lease lost
queued              | running/copying                 | - lease lost   | - lease lost   | - lease lost                      | - lease lost    | - lease lost
queued, later       | - not claimable                 | - lease lost   | - lease lost   | - lease lost                      | - lease lost    | - lease lost
queued, forged      | finished/failed +failed +finished | - lease lost   | - lease lost   | - lease lost                      | - lease lost    | - lease lost
copying             | - not claimable                 | running/queued | running/queued +delayed | finished/failed +failed +finished | running/copying | running/unchanged +copied
copying, lapsed     | running/copying                 | running/queued | running/queued +delayed | finished/failed +failed +finished | running/copying | running/unchanged +copied
copying, tagging    | - not claimable                 | running/queued | running/queued +delayed | finished/failed +failed +finished | running/copying | running/copied +copied
copying, gate shut  | - not claimable                 | running/queued | running/queued +delayed | finished/failed +failed +finished | - gate closed   | running/unchanged +copied
pushed              | - not claimable                 | - lease lost   | - lease lost   | - lease lost                      | - lease lost    | - lease lost
held                | - not claimable                 | - lease lost   | - lease lost   | - lease lost                      | - lease lost    | - lease lost
held, expired       | - not claimable                 | - lease lost   | - lease lost   | - lease lost                      | - lease lost    | - lease lost
refused             | - not claimable                 | - lease lost   | - lease lost   | - lease lost                      | - lease lost    | - lease lost
unchanged           | - not claimable                 | - lease lost   | - lease lost   | - lease lost                      | - lease lost    | - lease lost
rejected            | - not claimable                 | - lease lost   | - lease lost   | - lease lost                      | - lease lost    | - lease lost
expired             | - not claimable                 | - lease lost   | - lease lost   | - lease lost                      | - lease lost    | - lease lost
cancelled           | - not claimable                 | - lease lost   | - lease lost   | - lease lost                      | - lease lost    | - lease lost
left                | - not claimable                 | - lease lost   | - lease lost   | - lease lost                      | - lease lost    | - lease lost
failed              | - not claimable                 | - lease lost   | - lease lost   | - lease lost                      | - lease lost    | - lease lost
copied, scan waits  | - not claimable                 | - lease lost   | - lease lost   | - lease lost                      | - lease lost    | - lease lost
copied              | - not claimable                 | - lease lost   | - lease lost   | - lease lost                      | - lease lost    | - lease lost
`,
  `
                    | pushed                 | release                  | leave                          | delay
resolving           | - lease lost           | - nothing held           | - nothing held                 | - nothing waits
resolving, claimed  | - lease lost           | - nothing held           | - nothing held                 | - nothing waits
resolving, last try | - lease lost           | - nothing held           | - nothing held                 | - nothing waits
ready               | - lease lost           | - nothing held           | - nothing held                 | - nothing waits
ready, expired      | - lease lost           | - nothing held           | - nothing held                 | - nothing waits
ready, 1 of 2       | - lease lost           | - nothing held           | - nothing held                 | - nothing waits
queued              | - lease lost           | - nothing held           | - nothing held                 | running/queued +delayed
queued, later       | - lease lost           | - nothing held           | - nothing held                 | running/queued +delayed
queued, forged      | - lease lost           | - nothing held           | - nothing held                 | running/queued +delayed
copying             | - gate open            | - nothing held           | - nothing held                 | - nothing waits
copying, lapsed     | - gate open            | - nothing held           | - nothing held                 | - nothing waits
copying, tagging    | - gate open            | - nothing held           | - nothing held                 | - nothing waits
copying, gate shut  | running/pushed +pushed | - nothing held           | - nothing held                 | - nothing waits
pushed              | - lease lost           | - nothing held           | - nothing held                 | - nothing waits
held                | - lease lost           | running/queued +released | finished/left +left +finished  | - nothing waits
held, expired       | - lease lost           | - nothing held           | finished/left +left +finished  | - nothing waits
refused             | - lease lost           | - nothing held           | - nothing held                 | - nothing waits
unchanged           | - lease lost           | - nothing held           | - nothing held                 | - nothing waits
rejected            | - lease lost           | - nothing held           | - nothing held                 | - nothing waits
expired             | - lease lost           | - nothing held           | - nothing held                 | - nothing waits
cancelled           | - lease lost           | - nothing held           | - nothing held                 | - nothing waits
left                | - lease lost           | - nothing held           | - nothing held                 | - nothing waits
failed              | - lease lost           | - nothing held           | - nothing held                 | - nothing waits
copied, scan waits  | - lease lost           | - nothing held           | - nothing held                 | - nothing waits
copied              | - lease lost           | - nothing held           | - nothing held                 | - nothing waits
`,
  `
                    | ask                  | breakGlass                 | confirmReview             | remind
resolving           | - nothing to decide  | - not open                 | - nothing to review       | - nothing to remind of
resolving, claimed  | - nothing to decide  | - not open                 | - nothing to review       | - nothing to remind of
resolving, last try | - nothing to decide  | - not open                 | - nothing to review       | - nothing to remind of
ready               | pending/ready +asked | - nothing to decide        | - nothing to review       | - nothing to remind of
ready, expired      | - nothing to decide  | - nothing to decide        | - nothing to review       | - nothing to remind of
ready, 1 of 2       | pending/ready +asked | running/queued +brokeGlass | - nothing to review       | pending/ready +reminded
queued              | - nothing to decide  | - nothing to decide        | - nothing to review       | - nothing to remind of
queued, later       | - nothing to decide  | - nothing to decide        | - nothing to review       | - nothing to remind of
queued, forged      | - nothing to decide  | - nothing to decide        | - nothing to review       | - nothing to remind of
copying             | - nothing to decide  | - nothing to decide        | - nothing to review       | - nothing to remind of
copying, lapsed     | - nothing to decide  | - nothing to decide        | - nothing to review       | - nothing to remind of
copying, tagging    | - nothing to decide  | - nothing to decide        | - nothing to review       | - nothing to remind of
copying, gate shut  | - nothing to decide  | - nothing to decide        | - nothing to review       | - nothing to remind of
pushed              | - nothing to decide  | - nothing to decide        | - nothing to review       | - nothing to remind of
held                | running/held +asked  | - nothing to decide        | - nothing to review       | - nothing to remind of
held, expired       | - nothing to decide  | - nothing to decide        | - nothing to review       | - nothing to remind of
refused             | - nothing to decide  | - not open                 | - nothing to review       | - nothing to remind of
unchanged           | - nothing to decide  | - not open                 | - nothing to review       | - nothing to remind of
rejected            | - nothing to decide  | - not open                 | - nothing to review       | - nothing to remind of
expired             | - nothing to decide  | - not open                 | - nothing to review       | - nothing to remind of
cancelled           | - nothing to decide  | - not open                 | - nothing to review       | - nothing to remind of
left                | - nothing to decide  | - not open                 | - nothing to review       | - nothing to remind of
failed              | - nothing to decide  | - not open                 | - nothing to review       | - nothing to remind of
copied, scan waits  | - nothing to decide  | - nothing to decide        | - nothing to review       | - nothing to remind of
copied              | - nothing to decide  | - not open                 | finished/copied +reviewed | - nothing to remind of
`,
];

const line = (cells: readonly string[]): string => cells.map((text) => text.trim()).join(' | ');
const rowsOf = (table: string): readonly (readonly string[])[] =>
  table
    .trim()
    .split('\n')
    .map((row) => row.split('|').map((text) => text.trim()));

test.each(TABLES)('each state answers each input as the table says (%#)', (table) => {
  const [[, ...kinds] = [], ...rows] = rowsOf(table);
  const actual = rows.map(([name = '']) => {
    const item = Object.entries(SITUATIONS).find(([situation]) => situation === name)?.[1];
    const cells = kinds.map((kind) => {
      const input = Object.entries(INPUTS).find(([name]) => name === kind)?.[1];
      return item && input ? cell(item, input) : 'no such row or column';
    });
    return line([name, ...cells]);
  });
  expect(actual).toEqual(rows.map(line));
});

test('the tables leave out no state and no input', () => {
  const tables = TABLES.map(rowsOf);
  expect(tables.flatMap(([head = []]) => head.slice(1)).sort()).toEqual(Object.keys(INPUTS).sort());
  for (const [, ...rows] of tables) expect(rows.map(([name]) => name)).toEqual(Object.keys(SITUATIONS));
  const states: Readonly<Record<RequestState, true>> = {
    resolving: true,
    pending: true,
    running: true,
    finished: true,
    refused: true,
  };
  expect([...new Set(Object.values(SITUATIONS).map(({ state }) => state))].sort()).toEqual(
    Object.keys(states).sort(),
  );
});

test('each row is in the state it is named after', () => {
  for (const [name, item] of Object.entries(SITUATIONS)) {
    expect(item.images['1']?.state ?? item.state).toBe(name.split(',')[0]);
  }
});

test.each(Object.entries(SITUATIONS))(
  'a refused input leaves %s exactly as it is, and a taken one raises its version by one',
  (_, item) => {
    const before = structuredClone(item);
    for (const input of Object.values(INPUTS)) {
      const decision = decide(item, input, { now: START, timing: DEFAULT_TIMING, token: 'token' });
      if (decision.kind === 'changed') {
        expect(decision.item.version).toBe(item.version + 1);
        expect(decision.item.notifier).toBe(item.notifier);
      }
      expect(item).toEqual(before);
    }
  },
);
