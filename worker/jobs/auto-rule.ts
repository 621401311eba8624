import type { Target } from '../../core/request/image.ts';
import type { RecordedRule } from '../../core/request/recorded-rule.ts';
import { isPatchOf } from '../../core/schedule/choose-tags.ts';
import type { TargetRow } from '../../core/store/store.ts';
import type { WorkerDeps } from '../deps.ts';

const DAY_MS = 86_400_000;

export interface AutoQuestion {
  readonly rule: RecordedRule;
  readonly target: Target;
  /** What we put there last. */
  readonly current: TargetRow['current'];
  /** Since when the digest is known under its tag, epoch ms. */
  readonly seenAt: number;
}

/**
 * A rule that lets in by itself asks people all the same where the digest is too new under its tag, or is no patch of what
 * stands there and the rule is for patches only. The card says which.
 */
export async function autoOrAsk(deps: WorkerDeps, question: AutoQuestion): Promise<RecordedRule> {
  const { rule } = question;
  const says = deps.config.rules.find(({ name }) => name === rule.name);
  if (rule.decision !== 'auto' || !says) return rule;
  const ask = { ...rule, decision: 'approve', approvals: says.approvals } as const;
  const until = question.seenAt + says.minAgeDays * DAY_MS;
  if (until > deps.clock.now()) return { ...ask, notAuto: { why: 'young', until } };
  if (says.versions === 'patch' && !(await isPatch(deps, question))) {
    return { ...ask, notAuto: { why: 'no patch' } };
  }
  return rule;
}

/** Of a tag that came into the same repository through us; the same tag again is one too. */
async function isPatch({ store }: WorkerDeps, { current, target }: AutoQuestion): Promise<boolean> {
  if (current) return true;
  const known = await store.tracked.list(target, target.repository);
  const tags = known.filter(({ target: { repository } }) => repository === target.repository);
  for (const { target: other } of tags) {
    if (other.tag === target.tag || !isPatchOf(target.tag, other.tag)) continue;
    if ((await store.targets.get(other))?.current) return true;
  }
  return false;
}
