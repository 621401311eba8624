import { entry, type FailureText, image, type OfSource } from './failure-entry.ts';

/** What can be wrong with what was typed, before a registry is asked. Part of `failures`. */
export const typedFailures = {
  badReference: entry(
    'badReference',
    (p: { text: string; message: string; at: number; command?: string }): FailureText => ({
      summary: `${p.text} is not an image: ${p.message} (at position ${p.at + 1}).`,
      hint: p.command ? 'Probably meant:' : 'Write it as docker pull takes it, for example:',
      command: p.command ?? '/mirror nginx:1.27-alpine',
      retry: false,
    }),
  ),
  badRepositoryName: entry(
    'badRepositoryName',
    (p: { text: string; message: string; at: number; command?: string }): FailureText => ({
      summary: `${p.text} is not a name ECR takes (${p.message}, at position ${p.at + 1}).`,
      hint: p.command
        ? 'Ask for it as:'
        : 'Use lower-case letters, digits and single . _ - or / between them.',
      ...(p.command && { command: p.command }),
      retry: false,
    }),
  ),
  outsidePrefix: entry(
    'outsidePrefix',
    (p: {
      repository: string;
      team: string;
      prefixes: readonly string[];
      command?: string;
    }): FailureText => ({
      summary: `${p.repository} is not a repository of team ${p.team}: its repositories start with ${p.prefixes.join(' or ')}.`,
      hint: p.command ? 'Ask for it as:' : 'Write a target below one of them and ask again.',
      ...(p.command && { command: p.command }),
      retry: false,
    }),
  ),
  outsidePattern: entry(
    'outsidePattern',
    (p: { repository: string; pattern: string; command?: string }): FailureText => ({
      summary: `${p.repository} does not fit the naming pattern ${p.pattern}.`,
      hint: p.command ? 'Ask for it as:' : 'Write a target of that shape and ask again.',
      ...(p.command && { command: p.command }),
      retry: false,
    }),
  ),
  unknownDestination: entry(
    'unknownDestination',
    (p: OfSource & { name: string; names: readonly string[]; meant?: string }): FailureText => ({
      summary: `${image(p.source)} cannot go to ${p.name}, which is not a destination here. Destinations: ${p.names.join(', ')}.`,
      hint: p.meant
        ? `Probably meant: --to ${p.meant}.`
        : 'Write --to with one of them, or leave it out for the first one.',
      retry: false,
    }),
  ),
  hostNotAllowed: entry(
    'hostNotAllowed',
    (p: OfSource & { allowed: readonly string[]; command?: string }): FailureText => ({
      summary: `${image(p.source)} comes from ${p.source.registry}, which is not a source here. Sources: ${p.allowed.join(', ')}.`,
      hint: p.command ? 'Probably meant:' : 'Whoever keeps mirror.config.json can add the host to "sources".',
      ...(p.command && { command: p.command }),
      retry: false,
    }),
  ),
  denyRule: entry(
    'denyRule',
    (p: OfSource & { rule: string; message?: string }): FailureText => ({
      summary: `${image(p.source)} is not let in: rule ${p.rule} denies it.`,
      hint: p.message ?? 'Whoever keeps mirror.config.json can change the rule.',
      retry: false,
    }),
  ),
};
