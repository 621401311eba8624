/** An answer that stays away until it is released. */
export function held<T>(value: T): { readonly promise: Promise<T>; release(): void } {
  const { promise, resolve } = Promise.withResolvers<T>();
  return { promise, release: () => resolve(value) };
}
