import { cursorList, FakeAnswer, FakeDataApi, runTask } from '../../src/testing/index.js';
import { BookInvoicesTask } from './book-invoices.task.js';

const invoices = [
  { id: 'i-1', order: 'o/1', total: 10 },
  { id: 'i-2', order: 'o-2', total: 20 },
];

describe('book_invoices', () => {
  it('books each invoice of one API in the other', async () => {
    const billing = new FakeDataApi({ 'GET /invoices': cursorList(invoices, { pageSize: 1 }) });
    const dataApi = new FakeDataApi({ 'PATCH /api/v1/orders/:order': {} });
    expect(await runTask(BookInvoicesTask, [dataApi.provider, billing.providerOf('billing')])).toHaveSucceeded();
    const body = { invoice: 'i-1', total: 10 };
    expect(dataApi).toHaveReceived('PATCH', '/api/v1/orders/o%2F1', { key: 'book:i-1', body });
    expect(dataApi.requests).toHaveLength(2);
  });

  it('ends when billing refuses its credentials', async () => {
    const billing = new FakeDataApi({ 'GET /invoices': new FakeAnswer({ error: 'invalid_token' }, {}, 401) });
    const result = await runTask(BookInvoicesTask, [new FakeDataApi({}).provider, billing.providerOf('billing')]);
    expect(result).toHaveEnded('failed', 'UNAUTHORIZED');
  });
});
