import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** A deliberate mistake in the protocol: exactly one place of one file is changed. */
interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** The directed stories, by words of their names, each of which has to notice it by itself. */
  readonly directed?: readonly string[];
}

const MUTANTS: readonly Mutant[] = [
  {
    name: 'no version condition on a write',
    file: 'test/simulation/memory-store.ts',
    from: 'if (now.version !== read.version) return false;\n        const work',
    to: 'const work',
  },
  {
    name: 'a whole-item write goes over the notifier',
    file: 'test/simulation/memory-store.ts',
    from: 'notifier: now.notifier,',
    to: '',
  },
  {
    name: 'a take-over does not look at the lease again',
    file: 'test/simulation/memory-store.ts',
    from: 'if (before && lease.fence !== before.fence && stored?.until !== before.until) return false;',
    to: '',
  },
  {
    name: 'the notifier writes without its condition',
    file: 'test/simulation/memory-store.ts',
    from: 'if (now.notifier.rev !== read.notifier.rev) return false;\n        commit({ ...now, notifier',
    to: 'commit({ ...now, notifier',
  },
  {
    name: 'park without a condition',
    file: 'test/simulation/memory-store.ts',
    from: 'if (now.version !== read.version || now.notifier.rev !== read.notifier.rev) return false;',
    to: '',
    directed: ['what is due is moved later'],
  },
  {
    name: 'no token: a lost answer is taken for a no',
    file: 'core/store/change.ts',
    from: 'const mine = item.events.some((event) => event.token === token);',
    to: 'const mine = false;',
  },
  {
    name: 'no mark before a post',
    file: 'bot/notifier/tell.ts',
    from: 'const marked = await write(deps, item, { ...withoutTried(item.notifier), tried: mark });',
    to: 'const marked: Step = mark && item;',
  },
  {
    name: 'no look for a line after doubt',
    file: 'bot/notifier/tell.ts',
    from: 'if (doubted && nth === 0) {',
    to: 'if (doubted && nth < 0) {',
  },
  {
    name: 'no wait for deadline and grace',
    file: 'bot/notifier/notify.ts',
    from: 'const inDoubt = tried !== undefined && tried.deadline + deps.timing.graceMs > now;',
    to: 'const inDoubt = false;',
  },
  {
    name: 'a question that is not answered takes the mark away',
    file: 'bot/notifier/setback.ts',
    from: 'const kept = begun ? withoutTried(notifier) : notifier;\n      await write(deps, item, { ...kept, notBefore: now + answer.afterMs });',
    to: 'await write(deps, item, { ...withoutTried(notifier), notBefore: now + answer.afterMs });',
  },
  {
    name: 'a card edit keeps the hash while it is in doubt',
    file: 'bot/notifier/edit-card.ts',
    from: 'const { shown: _, ...kept } = withoutTried(item.notifier);',
    to: 'const kept = withoutTried(item.notifier);',
    directed: ['an edit in doubt'],
  },
  {
    name: 'no tagging mark: whatever stands was there before',
    file: 'core/request/copying.ts',
    from: 'taggingAt: context.now }',
    to: '}',
  },
  {
    name: 'a failure is said without a look at the tag',
    file: 'worker/jobs/copy.ts',
    from: "current?.taggingAt === undefined ? 'missing' : await tagAfterDoubt(deps, job, current.taggingAt);",
    to: "'missing' as Awaited<ReturnType<typeof tagAfterDoubt>>;",
  },
  {
    name: 'cancel after the tag was begun',
    file: 'core/request/decisions.ts',
    from: 'if (!can || image.taggingAt !== undefined) return image;',
    to: 'if (!can) return image;',
    directed: ['a cancel at the write'],
  },
  {
    name: 'the word of an old holder still counts',
    file: 'core/request/copying.ts',
    from: "const mine = image?.state === 'copying' && lease?.owner === input.owner && lease.fence === input.fence;",
    to: "const mine = image?.state === 'copying' && lease !== undefined && input.fence > 0;",
    directed: ['longer than its lease'],
  },
  {
    name: 'a look that stood still takes its target anew, with what the tag meant before',
    file: 'worker/jobs/take-target.ts',
    from: "if (owner.kind === 'ours' && owner.sourceDigest !== sourceDigest) return { kind: 'pinned' };",
    to: '',
    directed: ['a look that stands still'],
  },
  {
    name: 'the tag is put under a lease that is nearly over',
    file: 'worker/jobs/copy-to-ecr.ts',
    from: 'if (lease.until - deps.clock.now() <= timing.putTimeoutMs + timing.graceMs) {',
    to: 'if (lease.until < 0) {',
    directed: ['between its mark and its tag'],
  },
  {
    name: 'no look at the clock between the mark and the post',
    file: 'bot/notifier/tell.ts',
    from: "if (deps.now() + deps.timing.postTimeoutMs > deadline) return 'again';",
    to: '',
    directed: ['between its mark and its post'],
  },
  {
    name: 'the digest that an earlier look took is forgotten',
    file: 'worker/jobs/resolve-image.ts',
    from: "owner.kind === 'ours' ? owner.sourceDigest : head.digest",
    to: 'head.digest',
    directed: ['a tag that moves'],
  },
  {
    name: 'the tag is put without asking whether the image is still ours',
    file: 'worker/jobs/copy-to-ecr.ts',
    from: "if (!(await job.write({ kind: 'tagging', image: id, owner, fence })))\n      throw new Error('the lease was lost');\n    if (!(await lease.beat())) throw new Error('the lease was lost');",
    to: "await job.write({ kind: 'tagging', image: id, owner, fence });",
  },
  {
    name: 'the tick does not ring for forgotten work',
    file: 'worker/tick/tick.ts',
    from: 'const work = isPast(workRingDue(item, timing), now);',
    to: 'const work = isPast(workRingDue(item, timing), 0);',
  },
  {
    name: 'the tick does not ring for what is unsaid',
    file: 'worker/tick/tick.ts',
    from: 'if (say) await bells.notify(id);',
    to: '',
  },
  {
    name: 'a scan that is waited for does not keep the request open',
    file: 'core/request/image.ts',
    from: "isEnd(image.state) && image.scan !== 'waiting'",
    to: 'isEnd(image.state)',
  },
  {
    name: 'resolved is believed from anybody',
    file: 'core/request/resolving.ts',
    from: "if (!lease || lease.owner !== input.owner || lease.fence !== input.fence) return refuse('lease lost');\n  const images",
    to: "if (!lease) return refuse('lease lost');\n  const images",
  },
  {
    name: 'what nobody decided never expires',
    file: 'core/request/due.ts',
    from: "image.state === 'ready' || image.state === 'held' ? image.expiresAt : undefined,",
    to: 'undefined,',
  },
  {
    name: 'whoever joins is not told the end',
    file: 'core/request/deliveries.ts',
    from: 'return [...ofStory(event, item), ...newsElsewhere(event, item), ...watchers];',
    to: 'return watchers.length > 99 ? watchers : [...ofStory(event, item), ...newsElsewhere(event, item)];',
  },
  {
    name: 'a tag in doubt that cannot be looked at is told as failed',
    file: 'worker/jobs/copy.ts',
    from: 'return postpone(undefined);',
    to: 'break;',
  },
  {
    name: 'a lease outlives its worker for ever',
    file: 'core/request/copying.ts',
    from: "return image.state === 'copying' && (item.work[id]?.until ?? 0) <= now;",
    to: 'return false;',
  },
  {
    name: 'the tag is begun while the scan gate is shut',
    file: 'core/request/copying.ts',
    from: "if (!isGateOpen(item, image)) return refuse('gate closed');",
    to: '',
  },
  {
    name: 'the scan gate says yes to everything',
    file: 'core/request/gate.ts',
    from: "holding.length + unscanned.length > 0 ? 'held' : 'passed'",
    to: "'passed'",
  },
  {
    name: 'a release by nobody entitled opens the gate',
    file: 'core/request/releasing.ts',
    from: 'return entitled && (by !== item.requester || rule?.selfApproval === true);',
    to: 'return entitled || true;',
  },
  {
    name: 'of two twins the first one goes',
    file: 'bot/notifier/twins.ts',
    from: 'return found[0];',
    to: 'return found.at(-1);',
  },
];

const SCHEDULES = 300;
const DIRECTED_SCHEDULES = 60;
/** What notices most mistakes in seconds; only what passes these has to be noticed by the simulation. */
const QUICK_TESTS = [
  'test/core/request',
  'test/core/store',
  'test/simulation/memory-store.test.ts',
  'test/bot/notifier',
  'test/worker/tick',
];
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const workshop = join(root, '.mutants');

/** npm run mutants [-- --only WORD] [--directed]: each mistake is made in a copy of the tree, and the suite has to notice it. */
const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, directed: { type: 'boolean', default: false } },
});
const chosen = MUTANTS.filter(
  ({ directed, name }) => name.includes(values.only) && (!values.directed || directed !== undefined),
);
let survived = 0;
for (const mutant of chosen) {
  const verdict = tryOut(mutant);
  if (verdict === 'SURVIVED' || verdict.startsWith('STALE')) survived += 1;
  console.log(`${verdict.padEnd(24)} ${mutant.name}`);
}
rmSync(workshop, { recursive: true, force: true });
console.log(`${chosen.length - survived} of ${chosen.length} mutants killed`);
process.exitCode = survived > chosen.length - Math.ceil(chosen.length * 0.95) ? 1 : 0;

function tryOut(mutant: Mutant): string {
  rmSync(workshop, { recursive: true, force: true });
  mkdirSync(workshop);
  for (const folder of ['core', 'bot', 'worker', 'local', 'test']) {
    cpSync(join(root, folder), join(workshop, folder), { recursive: true });
  }
  for (const file of ['package.json', 'mirror.config.schema.json'])
    cpSync(join(root, file), join(workshop, file));
  symlinkSync(join(root, 'node_modules'), join(workshop, 'node_modules'));
  const file = join(workshop, mutant.file);
  const text = readFileSync(file, 'utf8');
  const places = text.split(mutant.from).length - 1;
  if (places !== 1) return `STALE (${places} places)`;
  writeFileSync(
    file,
    text.replace(mutant.from, () => mutant.to),
  );
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, args, { cwd: workshop, encoding: 'utf8', timeout: 240_000 });
  if (mutant.directed !== undefined) {
    const verdicts = mutant.directed.map((words) => {
      const aimed = ['--directed', words, '--schedules', String(DIRECTED_SCHEDULES)];
      return verdictOf(run('test/simulation/run.ts', ...aimed));
    });
    return verdicts.find((verdict) => !verdict.startsWith('killed')) ?? verdicts.join(' ');
  }
  const jest = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
  ];
  if (run(...jest, '--bail', ...QUICK_TESTS).status !== 0) return 'killed (tests)';
  return verdictOf(run('test/simulation/run.ts', '--schedules', String(SCHEDULES)));
}

function verdictOf({ status, stdout }: { readonly status: number | null; readonly stdout: string }): string {
  if (status === 0) return 'SURVIVED';
  const promise = /^seed .*\n {2}([A-Z-]+)/m.exec(stdout)?.[1];
  // A mistake that keeps the stories from being told at all shows nothing.
  return promise === undefined ? 'STALE (does not run)' : `killed (${promise})`;
}
