import { z } from 'zod';
import { anyAnswer } from '../data-api/answer/any-answer.js';
import { linkTo } from '../data-api/answer/link.js';
import { FakeAnswer, FakeDataApi } from './index.js';

describe('FakeDataApi', () => {
  it('keeps all of what it is asked', async () => {
    const api = new FakeDataApi(() => null);
    await api.get('/a', anyAnswer);
    await api.patch('/a', anyAnswer, { key: 'k', body: { a: 1 }, headers: { 'X-Tenant': 't' }, query: { id: [1] } });
    expect(api.requests).toEqual([
      { method: 'GET', path: '/a' },
      { method: 'PATCH', path: '/a', key: 'k', body: { a: 1 }, headers: { 'X-Tenant': 't' }, query: { id: [1] } },
    ]);
  });

  it('plays a script, and says where it ends', async () => {
    const api = new FakeDataApi([{ n: 1 }, new Error('down'), new FakeAnswer({ n: 2 }, { link: '<?p=2>; rel=next' })]);
    const n = z.object({ n: z.number() });
    expect(await api.get('/a', n)).toEqual({ n: 1 });
    await expect(api.get('/a', n)).rejects.toThrow('down');
    const { value, headers } = await api.answer('GET', '/a', n, {});
    expect([value, linkTo(headers, 'next')]).toEqual([{ n: 2 }, '?p=2']);
    await expect(api.head('/b')).rejects.toThrow('The script of FakeDataApi ends after 3 requests; HEAD /b came');
  });

  it('checks what it answers by the schema of the task', async () => {
    await expect(new FakeDataApi(['odd']).get('/a', z.number())).rejects.toThrow();
  });

  it('answers a conditional request', async () => {
    const api = new FakeDataApi([new FakeAnswer({ a: 1 }, { etag: '"1"' }), new FakeAnswer(null, {}, 304)]);
    expect(await api.getIfChanged('/a', anyAnswer)).toEqual({ value: { a: 1 }, etag: '"1"' });
    expect(await api.getIfChanged('/a', anyAnswer, { etag: '"1"' })).toBeUndefined();
    expect(api.requests[1]?.headers).toEqual({ 'if-none-match': '"1"' });
  });
});
