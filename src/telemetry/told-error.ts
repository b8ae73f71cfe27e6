import type { RunError } from '../runs/run.js';

/** A task can give its errors any code and name: they are told where they look like one. */
const CODE = /^[A-Z][A-Z0-9_]{0,63}$/;
const NAME = /^[A-Za-z][A-Za-z0-9]{0,63}$/;
const FAILED_REQUEST = /\b([A-Z]{3,7}) https?:\/\/([^\s/?#@]+)(?:[/?#]\S*)? (answered \d{3}|failed|cannot be sent)\b/;

/** Undefined where it may be data. */
export function toldCode({ code }: RunError): string | undefined {
  return CODE.test(code) ? code : undefined;
}

/**
 * What is told of an error outside of the ledger and the log: which host did what, or the name of
 * the error. Its message is not, which may quote ids, paths and answers.
 */
export function toldError(error: RunError): string {
  const [, method, host, happened] = FAILED_REQUEST.exec(error.message) ?? [];
  const name = NAME.test(error.name) ? error.name : 'Error';
  const what = method === undefined ? name : `${method} ${host} ${happened}`;
  return `${what} (${toldCode(error) ?? 'ERROR'})`;
}
