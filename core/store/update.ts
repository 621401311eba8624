/** The parts of one conditional UpdateItem, with every name and value aliased. */
export interface UpdateParts {
  readonly UpdateExpression: string;
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, unknown>;
}
type Path = readonly string[];

export interface Update {
  set(path: Path, value: unknown): Update;
  append(path: Path, values: readonly unknown[]): Update;
  remove(path: Path): Update;
  condition(path: Path, operator: '=' | '<', value: unknown): Update;
  absent(path: Path): Update;
  exists(path: Path): Update;
  /** Throws without a condition: an update that is always true would create ghost items. */
  build(): UpdateParts;
}

/** DynamoDB's own limit; dynalite does not check it (developer guide, "Expression parameters"). */
export const EXPRESSION_MAX_BYTES = 4096;

export function newUpdate(): Update {
  const names = new Map<string, string>();
  const values: Record<string, unknown> = {};
  const sets: string[] = [];
  const removes: string[] = [];
  const conditions: string[] = [];

  const alias = (path: Path): string =>
    path
      .map((name) => {
        const known = names.get(name) ?? `#n${names.size}`;
        names.set(name, known);
        return known;
      })
      .join('.');
  const bind = (value: unknown): string => {
    const name = `:v${Object.keys(values).length}`;
    values[name] = value;
    return name;
  };

  const self: Update = {
    set: (path, value) => {
      sets.push(`${alias(path)} = ${bind(value)}`);
      return self;
    },
    append: (path, list) => {
      const at = alias(path);
      sets.push(`${at} = list_append(${at}, ${bind(list)})`);
      return self;
    },
    remove: (path) => {
      removes.push(alias(path));
      return self;
    },
    condition: (path, operator, value) => {
      conditions.push(`${alias(path)} ${operator} ${bind(value)}`);
      return self;
    },
    absent: (path) => {
      conditions.push(`attribute_not_exists(${alias(path)})`);
      return self;
    },
    exists: (path) => {
      conditions.push(`attribute_exists(${alias(path)})`);
      return self;
    },
    build: () => {
      if (conditions.length === 0) throw new Error('an update without a condition');
      const update = [
        ...(sets.length ? [`SET ${sets.join(', ')}`] : []),
        ...(removes.length ? [`REMOVE ${removes.join(', ')}`] : []),
      ].join(' ');
      const condition = conditions.join(' AND ');
      for (const expression of [update, condition]) {
        if (Buffer.byteLength(expression) > EXPRESSION_MAX_BYTES)
          throw new RangeError('expression above 4 KB');
      }
      return {
        UpdateExpression: update,
        ConditionExpression: condition,
        ExpressionAttributeNames: Object.fromEntries([...names].map(([name, short]) => [short, name])),
        ...(Object.keys(values).length && { ExpressionAttributeValues: values }),
      };
    },
  };
  return self;
}
