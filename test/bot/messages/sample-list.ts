import type { Entry, Image } from '../../../core/request/image.ts';
import type { RequestItem } from '../../../core/request/request.ts';
import { parseEcrRepositoryName } from '../../../core/oci/ecr-repository-name.ts';
import { sampleEntry, sampleImage, sampleItem } from '../sample.ts';

/** A list of so many images, as it lies in the store: image `n` is `app-n:1` unless `over` says otherwise. */
export function sampleList(
  count: number,
  over: (n: number) => Partial<Image> = () => ({}),
  more: Partial<RequestItem> = {},
): RequestItem {
  const ids = Array.from({ length: count }, (_, at) => at + 1);
  const images = Object.fromEntries(
    ids.map((n) => [
      String(n),
      sampleImage({ ...sampleEntry(`app-${n}:1`, `base-images/app-${n}`), ...over(n) }),
    ]),
  );
  const entries = Object.fromEntries(
    Object.entries(images).map(([id, { source, target }]): [string, Entry] => [id, { source, target }]),
  );
  return sampleItem({}, { images, entries, ...more });
}

/** Names as long as ECR and Slack's cells can make them. */
export function longName(n: number): Partial<Image> {
  const part = 'x'.repeat(60);
  const name = parseEcrRepositoryName(`base-images/${part}/${part}/${part}-${n}`);
  if (!name.ok) throw new Error('a bad sample');
  const { source, target } = sampleEntry(`ghcr.io/${part}/${part}/${part}-${n}:${'1'.repeat(100)}`);
  return { source, target: { ...target, repository: name.name } };
}
