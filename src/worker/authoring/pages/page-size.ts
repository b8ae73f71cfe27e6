const DEFAULT_PAGE_SIZE = 100;

/** `pageSize`: items asked for at once. */
export interface PageOptions {
  readonly pageSize?: number | undefined;
}

/** Throws a `RangeError` for what is not a number of items. */
export function checkedPageSize({ pageSize = DEFAULT_PAGE_SIZE }: PageOptions): number {
  if (Number.isInteger(pageSize) && pageSize >= 1) return pageSize;
  throw new RangeError(`pageSize is ${pageSize}; it must be a whole number from 1 on`);
}
