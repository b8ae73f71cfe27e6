/** Creates its value when it is first asked for, and then answers with the same one. */
export function lazy<T>(create: () => T): () => T {
  let value: T | undefined;
  return () => (value ??= create());
}
