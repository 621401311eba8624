/** What parseArgs complains of, in its first sentence: "Unknown option '--prot'". */
export function usageProblem(error: unknown): string {
  const isError = typeof error === 'object' && error !== null && 'message' in error;
  const text = isError ? String(error.message) : String(error);
  return text.split('. ')[0] ?? text;
}
