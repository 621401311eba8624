import type { Block } from '../../../../local/slack/local-api.ts';

/** Messages as the product could write them, for looking at the page without the product. */

const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const plain = (text: string) => ({ type: 'plain_text', text });
const field = (name: string, value: string) => mrkdwn(`*${name}*\n${value}`);
const button = (action_id: string, text: string, more: object = {}) => ({
  type: 'button',
  action_id,
  value: 'M-7F3K',
  text: plain(text),
  ...more,
});

export const APPROVER_GROUP = '<!subteam^S0APPROVE>';
const DIGEST = 'sha256:8f335768880da6baf72b70c701002b45f4932acae8d574dedfddaf967fc3ac90';
const REGISTRY = '123456789012.dkr.ecr.eu-central-1.amazonaws.com';

export const waitingCard: readonly Block[] = [
  section('head', `*nginx:1.21-alpine  →  base-images/nginx:1.21-alpine*\n● waiting for ${APPROVER_GROUP}`),
  section('ask', '> <@U0ALICE> asks: "base image for the shop front end"'),
  {
    type: 'section',
    block_id: 'facts',
    fields: [
      field('Source', '`docker.io/library/nginx:1.21-alpine`\nofficial image, updated 14 months ago'),
      field('Digest', '`sha256:8f33…ac90`\n7 platforms, 2 attestations, no signature'),
      field('Size', '24 MB a platform (168 MB in all)\n61 MB already in ECR, *107 MB to copy*, 9 pulls'),
      field(
        'Target',
        'new repository `base-images/nginx`\n1234-prod, eu-central-1; immutable tags, scan on push',
      ),
    ],
  },
  section('old', '⚠ 1.21-alpine got its last update 14 months ago; 1.27-alpine is current'),
  {
    type: 'actions',
    block_id: 'decide',
    elements: [
      button('approve', 'Approve', { style: 'primary' }),
      button('deny', 'Deny', {
        style: 'danger',
        confirm: {
          title: plain('Deny this request?'),
          text: mrkdwn('Nothing is copied, and <@U0ALICE> reads your reason in the thread.'),
          confirm: plain('Deny'),
          deny: plain('Back'),
          style: 'danger',
        },
      }),
      {
        type: 'overflow',
        action_id: 'more',
        options: [
          { text: plain('Show the plan'), value: 'plan' },
          { text: plain('Cancel request'), value: 'cancel' },
        ],
      },
    ],
  },
  context(
    'rule',
    'rule: base-images · 1 approval · expires <!date^1796116500^{date_short_pretty}, {time}|1 Dec, 10:15> · M-7F3K',
  ),
];

export const doneCard: readonly Block[] = [
  section(
    'head',
    '*python:3.9-slim-buster  →  base-images/python:3.9-slim-buster*\n✓ in ECR · 1 critical, 3 high',
  ),
  context('done', 'Approved by <@U0BOB>, 09:21 · copied in 9 s · `sha256:8f33…ac90` · M-2QX8'),
];

export const copyingCard: readonly Block[] = [
  section('head', '*nginx:1.21-alpine  →  base-images/nginx:1.21-alpine*\n◐ copying, 74 of 107 MB'),
  context('done', 'Approved by <@U0BOB>, 10:21 · M-7F3K'),
];

export const copiedReply: readonly Block[] = [
  section('in', `In ECR: \`${REGISTRY}/base-images/python:3.9-slim-buster\``),
  section(
    'use',
    `\`\`\`docker pull ${REGISTRY}/base-images/python@${DIGEST}\nFROM ${REGISTRY}/base-images/python:3.9-slim-buster\`\`\``,
  ),
  context('bytes', '107 MB copied, 61 MB already there, 9 s, 9 pulls; 2 attestations came along'),
];

export const scanReply: readonly Block[] = [
  section(
    'scan',
    '*Scan of linux/amd64, arm64 and 5 more*\n■ 1 critical  ■■■ 3 high  ■■■■■■■ 7 medium  12 low',
  ),
  section(
    'top',
    '```CVE-2022-37434  critical  zlib 1.2.12-r0 → 1.2.12-r2\nCVE-2023-0464   high      openssl 1.1.1n-r0 → 1.1.1t-r2\nCVE-2023-0286   high      openssl 1.1.1n-r0 → 1.1.1t-r0```',
  ),
  section('newer', 'All of them are fixed in `python:3.12-slim-bookworm`.'),
  {
    type: 'actions',
    block_id: 'next',
    elements: [button('request_newer', 'Request 3.12-slim-bookworm'), button('findings', 'All 23 findings')],
  },
];

export const refusal: readonly Block[] = [
  section(
    'why',
    `Only ${APPROVER_GROUP} can approve this (rule base-images). You asked for it, so a second person has to look: that is the rule's selfApproval setting.`,
  ),
];

export const badName: readonly Block[] = [
  section(
    'why',
    '`Base_Images/nginx` is not a name ECR takes (capital letters, at position 1), and repositories of team shop start with `shop/`.',
  ),
  section('try', '```/mirror nginx:1.21-alpine shop/nginx```'),
];

export const denyBlocks: readonly Block[] = [
  section('what', '*nginx:1.21-alpine  →  base-images/nginx:1.21-alpine*, asked by <@U0ALICE>'),
  {
    type: 'input',
    block_id: 'reason',
    label: plain('Reason'),
    hint: plain('Alice and everyone in #mirror can read it in the thread.'),
    element: { type: 'plain_text_input', action_id: 'text', multiline: true, max_length: 500 },
  },
  {
    type: 'input',
    block_id: 'instead',
    optional: true,
    label: plain('Offer instead'),
    element: {
      type: 'static_select',
      action_id: 'tag',
      placeholder: plain('Choose a tag'),
      options: [
        { text: plain('nginx:1.27-alpine'), value: '1.27-alpine' },
        { text: plain('nginx:1.26-alpine'), value: '1.26-alpine' },
      ],
    },
  },
];

export function section(block_id: string, text: string): Block {
  return { type: 'section', block_id, text: mrkdwn(text) };
}

export function context(block_id: string, text: string): Block {
  return { type: 'context', block_id, elements: [mrkdwn(text)] };
}

export const home: readonly Block[] = [
  {
    type: 'actions',
    block_id: 'home',
    elements: [
      {
        type: 'button',
        action_id: 'home_refresh',
        text: { type: 'plain_text', text: 'Refresh' },
        value: 'home',
      },
    ],
  },
  { type: 'header', text: { type: 'plain_text', text: 'Waiting for you' } },
  { type: 'section', text: { type: 'mrkdwn', text: '*nginx:1.27-alpine*   ● waiting for you' } },
];
