/**
 * Whether an event fits an EventBridge pattern: exact values, `prefix`, `anything-but`, `exists`, over nested fields
 * (EventBridge user guide, "Comparison operators"). Another operator is an error: nobody here can judge it.
 */
export function fitsPattern(pattern: unknown, event: unknown): boolean {
  if (!isRecord(pattern)) throw new TypeError('a pattern is an object');
  return Object.entries(pattern).every(([name, wanted]) => {
    const value = isRecord(event) ? event[name] : undefined;
    return Array.isArray(wanted) ? fitsAny(wanted, value) : fitsPattern(wanted, value);
  });
}

/** Of a list in the event, one value is enough. */
function fitsAny(wanted: readonly unknown[], value: unknown): boolean {
  const values = Array.isArray(value) ? value : [value];
  return values.some((each) => wanted.some((one) => fits(one, each)));
}

function fits(wanted: unknown, value: unknown): boolean {
  if (!isRecord(wanted)) return wanted === value;
  const [[operator, operand] = []] = Object.entries(wanted);
  switch (operator) {
    case 'prefix':
      return typeof value === 'string' && value.startsWith(String(operand));
    case 'exists':
      return (value !== undefined) === operand;
    case 'anything-but':
      return Array.isArray(operand) ? !operand.includes(value) : value !== operand;
    default:
      throw new TypeError(`no operator ${operator} here`);
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
