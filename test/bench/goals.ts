import type { Row } from './rounds.ts';

interface Goal {
  readonly of: 'wall' | 'cpu';
  readonly to: 'floor' | 'skopeo' | 'crane';
  readonly most: number;
}
interface Goals {
  readonly ratios: readonly Goal[];
  /** Requests at the source and at the target. */
  readonly requests?: readonly [number, number];
  readonly rssMB?: number;
  readonly wallS?: number;
}

const ratio = (of: Goal['of'], to: Goal['to'], most: number): Goal => ({ of, to, most });
const LARGE = [
  ratio('wall', 'skopeo', 0.75),
  ratio('wall', 'crane', 0.85),
  ratio('cpu', 'skopeo', 0.45),
  ratio('cpu', 'crane', 0.55),
];

/** What we want to reach, by `workload, condition`; docs/performance.md says what was. */
const GOALS: Readonly<Record<string, Goals>> = {
  'small, plain': { ratios: [ratio('wall', 'skopeo', 1.4)], requests: [4, 8] },
  'small, rtt': { ratios: [ratio('wall', 'skopeo', 0.4)], requests: [4, 8] },
  'running, rtt': { ratios: [ratio('wall', 'skopeo', 0.25)] },
  'multi, plain': { ratios: LARGE, requests: [38, 102], rssMB: 110 },
  'multi, tls': {
    ratios: [ratio('wall', 'skopeo', 0.65), ratio('cpu', 'skopeo', 0.6)],
    requests: [38, 102],
    rssMB: 110,
  },
  'big, plain': { ratios: LARGE, requests: [9, 23], rssMB: 110 },
  'big, sink': { ratios: [ratio('wall', 'floor', 1.1), ratio('cpu', 'floor', 1.1)], rssMB: 110 },
  'bulk, plain': { ratios: [ratio('wall', 'skopeo', 0.4)], requests: [163, 329] },
  'bulk, rtt': { ratios: [ratio('wall', 'skopeo', 0.28)], requests: [163, 329] },
  'small, warm': { ratios: [], requests: [1, 1], wallS: 0.2 },
  'multi, warm': { ratios: [], requests: [1, 1], wallS: 0.2 },
  'bulk, warm': { ratios: [ratio('wall', 'skopeo', 0.5)], requests: [40, 40] },
};

export interface Verdict {
  readonly goal: string;
  readonly got: string;
  readonly met: boolean;
}

/** The goals of a course beside what our row came to. */
export function verdicts(course: string, rows: readonly Row[]): readonly Verdict[] {
  const goals = GOALS[course];
  const row = rows.find(({ name }) => name === 'mirror');
  if (!goals || !row?.cost) return [];
  const { cost, ratios } = row;
  const found = goals.ratios.flatMap(({ of, to, most }): Verdict[] => {
    const got = ratios[to]?.[of];
    if (got === undefined) return [];
    return [{ goal: `${of} <= ${most} of ${to}`, got: got.toFixed(2), met: got <= most }];
  });
  const limits = (what: string, most: number | undefined, got: number, digits: number): Verdict[] =>
    most === undefined ? [] : [{ goal: `${what} <= ${most}`, got: got.toFixed(digits), met: got <= most }];
  return [
    ...found,
    ...limits('requests at the source', goals.requests?.[0], cost.sourceRequests, 0),
    ...limits('requests at the target', goals.requests?.[1], cost.targetRequests, 0),
    ...limits('RSS MB', goals.rssMB, cost.rssMB, 0),
    ...limits('wall s', goals.wallS, cost.wall, 3),
  ];
}

export const verdictLines = (all: readonly Verdict[]): string =>
  all.map(({ goal, got, met }) => `- ${met ? 'met' : 'MISSED'}: ${goal} (${got})\n`).join('');
