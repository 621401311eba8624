import { describe, expect, test } from '@jest/globals';
import type { MovedTag, TagSettings } from '../../../core/config/moved-tag.ts';
import { digestPrefix } from '../../../core/oci/digest.ts';
import type { Standing } from '../../../worker/ecr/ecr-registry.ts';
import { placeTag } from '../../../worker/jobs/place-tag.ts';
import { sampleConfig } from '../../core/config/sample-config.ts';
import { sampleDigest, sampleSource, sampleTarget } from '../../core/request/sample-request.ts';

const NEW = sampleDigest('new');
const OLD = sampleDigest('old');
const SUFFIX = `1.21-alpine-${digestPrefix(NEW)}`;
const REPOSITORY_URI = 'ecr/base-images/nginx';
const IMMUTABLE: TagSettings = { tagMutability: 'IMMUTABLE_WITH_EXCLUSION', mutableTags: ['sha256-*'] };
const MOVING: TagSettings = { tagMutability: 'IMMUTABLE_WITH_EXCLUSION', mutableTags: ['sha256-*', '1.*'] };

const holding = (digest = OLD, tags: TagSettings | undefined = IMMUTABLE): Standing => ({
  kind: 'tag',
  digest,
  repositoryUri: REPOSITORY_URI,
  ...(tags && { tags }),
});
const NO_TAG: Standing = { kind: 'no tag', repositoryUri: REPOSITORY_URI };

interface Given {
  readonly movedTag: MovedTag;
  readonly stands: Standing;
  /** What stands under the suffix tag. */
  readonly beside?: Standing;
  readonly tag?: string;
}
const placed = ({ movedTag, stands, beside = NO_TAG, tag = '1.21-alpine' }: Given) =>
  placeTag({
    entry: { source: sampleSource(), target: sampleTarget('base-images/nginx', tag) },
    digest: NEW,
    stands,
    movedTag,
    config: sampleConfig({ rules: [{ name: 'moving', movedTag: 'move', movingTags: ['1.*'] }] }),
    look: async () => beside,
  });

describe('a tag that is free', () => {
  test.each([
    ['no repository', { kind: 'no repository' }],
    ['no tag', NO_TAG],
  ] as const)('is taken as it was asked for: %s', async (_name, stands) => {
    expect(await placed({ movedTag: 'suffix', stands })).toEqual({
      kind: 'free',
      target: sampleTarget('base-images/nginx', '1.21-alpine'),
    });
  });

  test('that may move later gets one that stays beside it', async () => {
    expect(await placed({ movedTag: 'move', stands: NO_TAG })).toMatchObject({ alsoTag: SUFFIX });
  });
});

test('a tag that holds the digest already stands', async () => {
  expect(await placed({ movedTag: 'refuse', stands: holding(NEW) })).toMatchObject({
    kind: 'stands',
    target: { tag: '1.21-alpine' },
  });
});

describe('a tag that holds another digest', () => {
  test('is refused where the rule says so, with a command for both', async () => {
    const refused = await placed({ movedTag: 'refuse', stands: holding() });
    expect(refused).toMatchObject({ kind: 'refused', failure: { code: 'tagHoldsOther' } });
    expect(refused.kind === 'refused' && refused.failure.command).toContain(SUFFIX);
  });

  test('stays, and the new digest gets its suffix tag', async () => {
    expect(await placed({ movedTag: 'suffix', stands: holding() })).toEqual({
      kind: 'free',
      target: sampleTarget('base-images/nginx', SUFFIX),
      moved: { tag: '1.21-alpine', from: OLD, by: 'suffix' },
    });
  });

  test('stays, and the suffix tag has the new digest already', async () => {
    expect(await placed({ movedTag: 'suffix', stands: holding(), beside: holding(NEW) })).toMatchObject({
      kind: 'stands',
      target: { tag: SUFFIX },
      moved: { from: OLD },
      repositoryUri: REPOSITORY_URI,
    });
  });

  test('stays, and a suffix tag that holds something else is refused', async () => {
    const other = holding(sampleDigest('third'));
    expect(await placed({ movedTag: 'suffix', stands: holding(), beside: other })).toMatchObject({
      kind: 'refused',
      failure: { code: 'tagHoldsOther' },
    });
  });

  test('moves where the rule and the repository let it', async () => {
    expect(await placed({ movedTag: 'move', stands: holding(OLD, MOVING) })).toEqual({
      kind: 'free',
      target: sampleTarget('base-images/nginx', '1.21-alpine'),
      moved: { tag: '1.21-alpine', from: OLD, by: 'move' },
      alsoTag: SUFFIX,
    });
  });

  test('stays where the repository does not let it move: the suffix is taken, and the setting is named in full', async () => {
    const place = await placed({ movedTag: 'move', stands: holding() });
    expect(place).toMatchObject({ kind: 'free', target: { tag: SUFFIX }, moved: { by: 'suffix' } });
    expect(place.kind === 'free' && place.moved?.cannotMove).toBe(
      "aws ecr put-image-tag-mutability --registry-id 123456789012 --region eu-central-1 --repository-name base-images/nginx --image-tag-mutability IMMUTABLE_WITH_EXCLUSION --image-tag-mutability-exclusion-filters 'filterType=WILDCARD,filter=sha256-*' 'filterType=WILDCARD,filter=1.*'",
    );
  });

  test('stays where the repository has five exclusions: no sixth is proposed', async () => {
    const mutableTags = ['sha256-*', 'a', 'b', 'c', 'd'];
    const full = { tagMutability: 'IMMUTABLE_WITH_EXCLUSION', mutableTags };
    const place = await placed({ movedTag: 'move', stands: holding(OLD, full) });
    expect(place.kind === 'free' && place.moved?.cannotMove).toContain('ECR takes no more than 5');
  });

  test('stays where nobody says what the repository lets move', async () => {
    const unknown: Standing = { kind: 'tag', digest: OLD, repositoryUri: REPOSITORY_URI };
    expect(await placed({ movedTag: 'move', stands: unknown })).toMatchObject({ moved: { by: 'suffix' } });
  });

  test('is refused where it is too long for a suffix', async () => {
    const tag = 'a'.repeat(120);
    expect(await placed({ movedTag: 'suffix', stands: holding(), tag })).toMatchObject({ kind: 'refused' });
  });
});
