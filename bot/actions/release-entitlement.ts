import type { ImageId } from '../../core/request/image.ts';
import { isReleasable, releaseAuthority } from '../../core/request/releasing.ts';
import type { RequestItem } from '../../core/request/request.ts';
import type { Entitlement, Person } from './entitlement.ts';

/** May the person release, or leave, this held image? Pure. */
export const releaseEntitlement =
  (id: ImageId, now: () => number) =>
  (item: RequestItem, person: Person): Entitlement => {
    const image = item.images[id];
    if (!image || !isReleasable(image, now())) {
      return { may: false, refusal: { kind: 'not held', item, ...(image && { image }) } };
    }
    const answer = releaseAuthority(item, image, person);
    if (answer.may) {
      const { group } = answer;
      return { may: true, images: [id], groups: group === undefined ? {} : { [id]: { id: group } } };
    }
    if (answer.why === 'own request') return { may: false, refusal: { kind: 'own held', image } };
    if (person.groupsUnknown) return { may: false, refusal: { kind: 'not checked' } };
    return { may: false, refusal: { kind: 'not a releaser', image } };
  };
