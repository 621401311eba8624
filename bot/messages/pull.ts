import type { Image } from '../../core/request/image.ts';
import { codeBlock, type Mrkdwn } from './mrkdwn.ts';

/** To copy: the very bytes, and the line for a Dockerfile. None as long as it is not known where it stands. */
export const pullLines = ({ repositoryUri, target, targetDigest }: Image): readonly Mrkdwn[] =>
  repositoryUri && targetDigest
    ? [codeBlock(`docker pull ${repositoryUri}@${targetDigest}\nFROM ${repositoryUri}:${target.tag}`)]
    : [];
