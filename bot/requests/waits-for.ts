import { type Image, waitsForPeople } from '../../core/request/image.ts';
import { type Actor, approversNow, authority } from '../../core/request/policy.ts';
import type { People } from '../../core/request/recorded-rule.ts';
import { releaseAuthority, releasersOf } from '../../core/request/releasing.ts';
import { imagesOf, type RequestItem } from '../../core/request/request.ts';

/** Who decides an image as it stands: what the gate holds has its own people. */
export const decidersOf = (image: Image): People =>
  image.state === 'held' ? releasersOf(image) : approversNow(image);

/** Images that wait for anybody. */
export const waitingIn = (item: RequestItem, now: number): readonly Image[] =>
  imagesOf(item).flatMap(([, image]) => (waitsForPeople(image, now) ? [image] : []));

/** Whether some image of it waits for this person. */
export const waitsFor = (item: RequestItem, person: Actor, now: number): boolean =>
  waitingIn(item, now).some(
    (image) => (image.state === 'held' ? releaseAuthority : authority)(item, image, person).may,
  );
