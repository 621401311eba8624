export type Substituted =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly name: string };

/**
 * `${NAME}`, `$NAME`, `${NAME:-default}`, `${NAME-default}`, `${NAME:+other}`, as Dockerfiles and compose files have them
 * (docs.docker.com/reference/dockerfile "Environment replacement", docs.docker.com/reference/compose-file/interpolation).
 * A name without a value is a problem: nobody here knows what it would be.
 */
export function substitute(text: string, values: ReadonlyMap<string, string>): Substituted {
  let missing: string | undefined;
  const done = text.replace(
    /\$(?:\$|([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-+?])([^}]*))?\})/g,
    (whole: string, bare?: string, braced?: string, operator?: string, word?: string) => {
      const name = bare ?? braced;
      if (name === undefined) return '$';
      const value = values.get(name);
      const has = value !== undefined && (value !== '' || !operator?.startsWith(':'));
      if (operator?.endsWith('+')) return has ? (word ?? '') : '';
      if (has) return value;
      if (operator?.endsWith('-')) return word ?? '';
      missing ??= name;
      return whole;
    },
  );
  return missing === undefined ? { ok: true, text: done } : { ok: false, name: missing };
}
