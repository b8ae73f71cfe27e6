const ANSWER_BYTES = 1024;

function answer(status: string, body: string): Buffer {
  const head = [`HTTP/1.1 ${status}`, 'content-type: application/json', `content-length: ${Buffer.byteLength(body)}`];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function paddedTo(size: number, fields: Readonly<Record<string, unknown>>): string {
  const shortest = JSON.stringify({ ...fields, note: '' }).length;
  return JSON.stringify({ ...fields, note: 'x'.repeat(size - shortest) });
}

/** A processed order: 1 kB, the same for each, made once. */
export const PROCESSED = answer('200 OK', paddedTo(ANSWER_BYTES, { status: 'processed' }));
export const GONE = answer('404 Not Found', '{"error":"no such order"}');
export const BUSY = answer('429 Too Many Requests', '{"error":"too many requests at once"}');

export function ordersPage(ids: readonly number[], total: number): Buffer {
  const items = ids.map((id) => ({ id, status: 'pending', customer: `customer-${id % 977}`, totalCents: 4_200 }));
  return answer('200 OK', JSON.stringify({ items, total }));
}

export function bookingsPage(first: number, last: number, next: string | null): Buffer {
  const items = Array.from({ length: last - first + 1 }, (_, index) => ({ id: first + index, reminder_sent: false }));
  return answer('200 OK', JSON.stringify({ items, next }));
}

/** `body`: `{ "ids": […] }`. */
export function bulkResults(body: string): Buffer {
  const { ids } = JSON.parse(body) as { readonly ids: readonly number[] };
  return answer('200 OK', JSON.stringify(ids.map((id) => ({ id, status: 200 }))));
}
