import { familiarReference } from '../../core/oci/reference.ts';
import { answerText } from '../jobs/answer-text.ts';
import type { RegistryError } from '../registry/errors.ts';
import { type Asked, copyCommand } from './copy-command.ts';
import type { CliFailure } from './failed.ts';
import { dockerLogin } from './docker-login.ts';
import { ADDRESS_HINT, allowing, reachHint, whenOpen } from './hints.ts';
import { formatTarget } from './pair.ts';

/** What a registry that is not ECR said no to. The catalogue has no words for it: the service copies into ECR only. */
export function explainTarget(error: RegistryError, { options, pair }: Asked): CliFailure {
  const { code, detail } = error;
  const { host } = pair.target;
  const [image, place] = [familiarReference(pair.source), formatTarget(pair.target)];
  const command = copyCommand(options, pair);
  switch (code) {
    case 'unauthorized':
    case 'denied':
    case 'credentials rejected':
      return {
        code: 'targetDenied',
        summary: `${host} does not let us write ${place}: ${detail}.`,
        hint: `Sign in with an account that may push there (${dockerLogin(host)}), then:`,
        command,
      };
    case 'refused address':
      return {
        code: 'targetAddress',
        summary: `${place} is not reached: ${detail}.`,
        hint: ADDRESS_HINT,
        command: copyCommand(allowing(options, host, error), pair),
      };
    case 'not found':
    case 'repository unknown':
    case 'upload cut':
      return {
        code: 'targetMissing',
        summary: `${host} has no place for ${place}: ${detail}.`,
        hint: 'Check the name; some registries want the project or repository to be created first. Then:',
        command,
      };
    case 'rate limited':
    case 'pull reserve':
      return {
        code: 'targetRateLimited',
        summary: `${host} asks to slow down: ${detail}.`,
        hint: `${whenOpen(error)} Then:`,
        command,
      };
    case 'tag immutable':
      return {
        code: 'tagHoldsOther',
        summary: `${place} cannot be moved: ${detail}.`,
        hint: `Copy ${image} to another tag.`,
      };
    case 'unreachable':
    case 'timeout':
    case 'server':
      return {
        code: 'targetUnreachable',
        summary: `${host} did not answer for ${place}: ${answerText(error)}.`,
        hint: `Nothing was tagged. ${reachHint(host, error)}, then:`,
        command,
      };
    case 'unsupported manifest':
    case 'too large':
    case 'blob unknown':
    case 'upload invalid':
    case 'digest mismatch':
    case 'protocol':
      return {
        code: 'targetRefused',
        summary: `${host} did not take ${image} as ${place}: ${code}, ${answerText(error)}.`,
        hint: 'Nothing was tagged. Look the sentence up in the documentation of the registry; once more:',
        command,
      };
    default:
      return code satisfies never;
  }
}
