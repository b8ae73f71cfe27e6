import { escapeControls } from '../../runs/foreign-text.js';

/** More than any line shows. What lies beyond is cut before anything else is done with the text. */
const MAX_PRINTED_LENGTH = 4_096;

/**
 * A text of foreign origin (an id, the message of an error) as one line that cannot command the
 * terminal: controls are shown as `\u001b`, a line break with the white space around it as one
 * space.
 */
export function printable(text: string): string {
  const cut = text.length > MAX_PRINTED_LENGTH ? `${text.slice(0, MAX_PRINTED_LENGTH)}…` : text;
  const lines = cut.toWellFormed().split(/[\r\n]+/);
  const line = lines.length === 1 ? lines.join() : lines.map((part) => part.trim()).join(' ');
  return escapeControls(line);
}
