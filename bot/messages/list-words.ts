import { shortDigest } from '../../core/oci/digest.ts';
import { familiarReference } from '../../core/oci/reference.ts';
import type { Image, ImageId } from '../../core/request/image.ts';
import type { RequestItem } from '../../core/request/request.ts';
import { severityWords } from './findings.ts';
import { bytes, listing, plural } from './words.ts';

/** `nginx:1.21-alpine`; a digest is shortened, or it would fill the cell alone. */
export function shortName({ source }: Pick<Image, 'source'>): string {
  const { digest, ...rest } = source;
  return digest ? `${familiarReference(rest)}@${shortDigest(digest)}` : familiarReference(source);
}

/** `base-images/nginx`, with its tag where that is another one than the source's, and its destination where named. */
export function shortTarget({ source, target }: Pick<Image, 'source' | 'target'>): string {
  const tag = target.tag === source.tag ? '' : `:${target.tag}`;
  return `${target.repository}${tag}${target.named ? ` (${target.destination})` : ''}`;
}

/** The first ones by name, the others counted: `a, b, c and 15 more`. */
export function someNames(images: readonly Pick<Image, 'source'>[], most = 3): string {
  const names = images.map(shortName);
  const more = names.length - most;
  return more > 1 ? `${names.slice(0, most).join(', ')} and ${more} more` : listing(names);
}

/** An image's state in a cell: one mark, and the words that say the same. */
export function stateWords(item: RequestItem, id: ImageId, image: Image): string {
  switch (image.state) {
    case 'ready': {
      const need = image.rule?.approvals ?? 1;
      return need > 1 ? `● waiting, ${image.approvals.length} of ${need} approvals` : '● waiting';
    }
    case 'queued':
      return image.failure && image.notBefore > 0 ? '● put off, goes on by itself' : '◐ approved';
    case 'copying': {
      const progress = item.work[id]?.progress;
      return progress?.stage === 'blobs'
        ? `◐ copying, ${bytes(progress.doneBytes)} of ${bytes(progress.totalBytes)}`
        : '◐ copying';
    }
    case 'pushed':
      return '◐ copied, waiting for its scan';
    case 'held':
      return '⚠ held back by its scan';
    case 'copied':
      return `✓ in ECR${scanWords(image)}`;
    case 'unchanged':
      return '✓ already in ECR';
    case 'rejected':
      return '✕ denied';
    case 'expired':
      return '✕ expired';
    case 'cancelled':
      return '✕ cancelled';
    case 'left':
      return '✕ left untagged';
    case 'refused':
      return item.dryRun && !image.failure ? '✓ looked up only' : '✕ not offered';
    case 'failed':
      return '✕ not copied';
    default:
      return image.state satisfies never;
  }
}

export function scanWords({ findings, scan }: Image): string {
  switch (scan) {
    case 'waiting':
      return ', scan under way';
    case 'found':
      return `, ${severityWords(findings?.counts ?? {})}`;
    case 'unavailable':
      return ', no scan findings';
    case 'none':
      return '';
    default:
      return scan satisfies never;
  }
}

/** What has become of all of them, the most pressing first: `● 18 of 25 waiting · 2 in ECR · 5 not offered`. */
export function listStatus(images: readonly Image[]): string {
  const counts = GROUPS.map(({ mark, states, words }) => ({
    mark,
    words,
    count: images.filter(({ state }) => states.includes(state)).length,
  })).filter(({ count }) => count > 0);
  const [first, ...more] = counts;
  if (!first) return plural(images.length, 'image');
  const whole = first.count === images.length ? `all ${images.length}` : `${first.count} of ${images.length}`;
  return [
    `${first.mark} ${whole} ${first.words}`,
    ...more.map(({ count, words }) => `${count} ${words}`),
  ].join(' · ');
}

interface Group {
  readonly mark: string;
  readonly states: readonly Image['state'][];
  readonly words: string;
}
const GROUPS: readonly Group[] = [
  { mark: '●', states: ['ready'], words: 'waiting for a decision' },
  { mark: '⚠', states: ['held'], words: 'held back by their scan' },
  { mark: '◐', states: ['copying', 'pushed'], words: 'being copied' },
  { mark: '◐', states: ['queued'], words: 'approved' },
  { mark: '✕', states: ['failed'], words: 'not copied' },
  { mark: '✓', states: ['copied'], words: 'in ECR' },
  { mark: '✓', states: ['unchanged'], words: 'in ECR already' },
  { mark: '✕', states: ['rejected'], words: 'denied' },
  { mark: '✕', states: ['expired'], words: 'expired' },
  { mark: '✕', states: ['cancelled'], words: 'cancelled' },
  { mark: '✕', states: ['left'], words: 'left untagged' },
  { mark: '✕', states: ['refused'], words: 'not offered' },
];
