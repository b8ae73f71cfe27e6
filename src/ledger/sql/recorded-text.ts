import type { Checkpoint } from '../run-ledger.js';
import { maskSecrets } from '../../config/secret-mask.js';
import { cutForeign } from '../../runs/foreign-text.js';
import type { RunError } from '../../runs/run.js';

const MAX_RESULT_CHARACTERS = 64 * 1024;
const MAX_MESSAGE_CHARACTERS = 4_000;
const MAX_NAME_CHARACTERS = 200;

/** A task's result as JSON, or a note that it is not JSON or too long to keep. */
export function resultText(result: unknown): string | null {
  try {
    const json = JSON.stringify(result);
    if (json === undefined) return null;
    const { length } = json;
    if (length <= MAX_RESULT_CHARACTERS) return maskSecrets(json);
    return note(`The result was not recorded: its ${length} characters are more than ${MAX_RESULT_CHARACTERS}`);
  } catch (error) {
    return note(`The result was not recorded: it is not JSON (${messageOf(error)})`);
  }
}

/** An error as JSON, its texts cut to a length that is worth keeping. */
export function errorText({ name, message, code }: RunError): string {
  return JSON.stringify({
    name: cut(name, MAX_NAME_CHARACTERS),
    message: cut(message, MAX_MESSAGE_CHARACTERS),
    code: cut(code, MAX_NAME_CHARACTERS),
  });
}

export function itemsText({ items }: Checkpoint): string | null {
  return items && JSON.stringify(items);
}

export function openItemsText({ pending, onTrial, unconfirmed, position, state }: Checkpoint): string {
  return JSON.stringify({ pending, onTrial, unconfirmed, position, state });
}

/**
 * An item's id as it is stored. Ids come from outside and must survive as they are, though a
 * database's text holds no NUL and no half of a surrogate pair: such an id is stored as JSON, and
 * so is one that looks like that.
 */
export function itemIdText(id: string): string {
  return id.startsWith('"') || id.includes('\0') || !id.isWellFormed() ? JSON.stringify(id) : id;
}

export function itemIdOf(text: string): string {
  return text.startsWith('"') ? (JSON.parse(text) as string) : text;
}

export function cutMessage(message: string): string {
  return cut(message, MAX_MESSAGE_CHARACTERS);
}

/** A text for people, without what PostgreSQL refuses: NULs, and halves of surrogate pairs. */
export function plainText(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

function note(text: string): string {
  return JSON.stringify({ note: text });
}

function cut(text: string, length: number): string {
  return plainText(cutForeign(text, length));
}

function messageOf(error: unknown): string {
  return cut(error instanceof Error ? error.message : String(error), MAX_NAME_CHARACTERS);
}
