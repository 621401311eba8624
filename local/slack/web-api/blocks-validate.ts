import { checkMessageBlocks } from '../block-kit/blocks.ts';
import { checkHome, checkView } from '../block-kit/view.ts';
import { isObject } from '../json-object.ts';
import { Refusal } from '../refusal.ts';
import { type Method, structured } from './call.ts';

/**
 * Judges a payload and does nothing with it; exactly one of `blocks`, `message` and `view` is given. Faults have the
 * pointer apart from the sentence. https://docs.slack.dev/reference/methods/blocks.validate
 */
export const blocksValidate: Method = (args) => {
  const given = ['blocks', 'message', 'view'].filter((key) => args[key] !== undefined);
  if (given.length !== 1) throw new Refusal('invalid_arguments');
  const [kind = 'blocks'] = given;
  const value = structured(args, kind);
  const checked = checkedAs(kind, value);
  if (checked.kind === 'valid') return { ok: true };
  throw new Refusal(`invalid_${kind}`, { errors: checked.problems.map(apart) });
};

function checkedAs(kind: string, value: unknown) {
  if (kind === 'view')
    return isObject(value) && value['type'] === 'home' ? checkHome(value) : checkView(value);
  return checkMessageBlocks(kind === 'message' && isObject(value) ? (value['blocks'] ?? []) : value);
}

/** `must be … [json-pointer:/blocks/0/text]` */
function apart(problem: string): object {
  const [, message = problem, pointer = ''] = /^(.*) \[json-pointer:([^\]]*)\]$/.exec(problem) ?? [];
  return { pointer, message };
}
