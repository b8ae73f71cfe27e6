import { escapeControls } from '../runs/foreign-text.js';

/** The fields of a line as a terminal may show them: only a stack keeps its line breaks. */
export function printableFields(value: unknown, key = ''): unknown {
  if (typeof value === 'string') {
    return key === 'stack' ? value.split('\n').map(escapeControls).join('\n') : escapeControls(value);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((entry) => printableFields(entry));
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [escapeControls(name), printableFields(entry, name)]),
  );
}
