import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readTemplate, type Template } from '../template.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** The templates of variants.ts, all of one synthesis; each is read when it is first asked for. */
export interface Stacks {
  /** A folder for each variant. */
  readonly folder: string;
  readonly plain: Template;
  /** With a Function URL. */
  readonly url: Template;
  /** With destinations in another Region (`near`) and in another account (`team`). */
  readonly two: Template;
  readonly team: Template;
  readonly near: Template;
  synthesize(): Promise<void>;
  remove(): void;
}

export function openStacks(): Stacks {
  const folder = mkdtempSync(join(tmpdir(), 'mirror-stacks-'));
  const templates = new Map<string, Template>();
  const read = (variant: string, stack: string): Template => {
    const file = join(folder, variant, `${stack}.template.json`);
    const template = templates.get(file) ?? readTemplate(file);
    templates.set(file, template);
    return template;
  };
  return {
    folder,
    get plain() {
      return read('plain', 'Mirror-prod');
    },
    get url() {
      return read('url', 'Mirror-prod');
    },
    get two() {
      return read('elsewhere', 'Mirror-two');
    },
    get team() {
      return read('elsewhere', 'Mirror-two-to-team');
    },
    get near() {
      return read('elsewhere', 'Mirror-two-to-near');
    },
    synthesize: async () => {
      const script = join(ROOT, 'test/infra/synth-variants.ts');
      await promisify(execFile)(process.execPath, [script, folder], { cwd: ROOT, maxBuffer: 50_000_000 });
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Of every resource of this type. */
export const properties = (template: Template, type: string): readonly Readonly<Record<string, unknown>>[] =>
  template.all(type).map(([, { Properties }]) => Properties);
