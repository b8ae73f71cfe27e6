import type { Checkpoint } from '../run-ledger.js';
import type { RunError } from '../../runs/run.js';

const LONGEST_RESULT = 64 * 1024;
const LONGEST_MESSAGE = 4_000;
const LONGEST_NAME = 200;

/** A task's result as JSON. One that is not JSON, or too long to keep, is replaced by a note that says so. */
export function resultText(result: unknown): string | null {
  try {
    const text = JSON.stringify(result);
    if (text === undefined) return null;
    if (text.length <= LONGEST_RESULT) return text;
    return note(`The result was not recorded: its ${text.length} characters are more than ${LONGEST_RESULT}`);
  } catch (error) {
    return note(`The result was not recorded: it is not JSON (${messageOf(error)})`);
  }
}

/** An error as JSON, its texts cut to a length that is worth keeping. */
export function errorText({ name, message, code }: RunError): string {
  return JSON.stringify({
    name: cut(name, LONGEST_NAME),
    message: cut(message, LONGEST_MESSAGE),
    code: cut(code, LONGEST_NAME),
  });
}

export function itemsText({ items }: Checkpoint): string | null {
  return items && JSON.stringify(items);
}

export function openItemsText({ pending, unconfirmed }: Checkpoint): string {
  return JSON.stringify({ pending, unconfirmed });
}

/**
 * An item's id as it is stored. Ids come from outside and must survive as they are, though SQLite's text holds no lone
 * surrogates and its functions stop at a NUL: such an id is stored as JSON, and so is one that looks like that.
 */
export function itemIdText(id: string): string {
  return id.startsWith('"') || id.includes('\0') || !id.isWellFormed() ? JSON.stringify(id) : id;
}

export function itemIdOf(text: string): string {
  return text.startsWith('"') ? (JSON.parse(text) as string) : text;
}

export function cutMessage(message: string): string {
  return cut(message, LONGEST_MESSAGE);
}

function note(text: string): string {
  return JSON.stringify({ note: text });
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

function messageOf(error: unknown): string {
  return cut(error instanceof Error ? error.message : String(error), LONGEST_NAME);
}
