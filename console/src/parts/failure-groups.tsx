import type { FailedItem } from '../api/shapes';
import { count } from './words';

export interface FailureGroup {
  readonly error: string;
  readonly items: readonly FailedItem[];
}

/** Failures of one cause differ in ids and figures only, so those do not tell groups apart. */
export function grouped(items: readonly FailedItem[]): readonly FailureGroup[] {
  const groups = new Map<string, FailedItem[]>();
  for (const item of items) {
    const cause = `${item.error.code ?? item.error.name}: ${item.error.message}`
      .replaceAll(item.id, '…')
      .replace(/\d+/g, '#');
    groups.set(cause, [...(groups.get(cause) ?? []), item]);
  }
  return [...groups.values()]
    .map((items) => ({ error: titleOf(items), items }))
    .sort((a, b) => b.items.length - a.items.length);
}

function titleOf([first, second]: readonly FailedItem[]): string {
  const message = first?.error.message ?? '';
  return first && second ? message.replaceAll(first.id, '…') : message;
}

export function FailureSummary({ group }: { readonly group: FailureGroup }) {
  return (
    <>
      <strong>{count(group.items.length)} ×</strong> <bdi>{group.error}</bdi>
    </>
  );
}
