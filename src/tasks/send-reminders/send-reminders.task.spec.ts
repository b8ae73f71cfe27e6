import { FakeAnswer, FakeDataApi, type FakeRequest, runTask, type TaskTest } from '../../testing/index.js';
import { WorkerError } from '../../worker/index.js';
import { SendRemindersTask } from './send-reminders.task.js';

const at = new Date('2026-11-23T12:00:00.000Z');

async function remind(items: unknown[], answer: (request: FakeRequest) => unknown = () => ({}), test: TaskTest = {}) {
  const api = new FakeDataApi((request) => (request.method === 'GET' ? { items } : answer(request)));
  const { run, failedItems } = await runTask(SendRemindersTask, [api.provider], { at, ...test });
  return { run, failedItems, api, posts: api.requests.filter(({ method }) => method === 'POST') };
}

describe('send_reminders', () => {
  it('asks for the bookings of the next hour, once', async () => {
    const { api } = await remind([{ id: 1 }]);
    expect(api.requests.filter(({ method }) => method === 'GET')).toEqual([
      {
        method: 'GET',
        path: '/api/v1/bookings/upcoming',
        query: { start: '2026-11-23T12:00:00.000Z', end: '2026-11-23T13:00:00.000Z' },
      },
    ]);
  });

  it('counts as sent what the API confirmed, and leaves out what was reminded already', async () => {
    const bookings = Array.from({ length: 20 }, (_, id) => ({ id, reminder_sent: id < 5 }));
    const { run, posts, failedItems } = await remind(bookings, ({ path }) => {
      if (/\/(7|8)\//.test(path)) throw new WorkerError('The Data API answered 500', 'HTTP_500');
    });
    expect(run).toMatchObject({ status: 'partial', result: { total: 20, sent: 13, failed: 2 } });
    expect(posts).toHaveLength(15);
    expect(failedItems.map(({ id }) => id)).toEqual(['7', '8']);
  });

  it('reminds nobody of a booking that has begun', async () => {
    const { run, posts } = await remind([
      { id: 'past', starts_at: '2026-11-23T11:59:59Z' },
      { id: 'now', starts_at: '2026-11-23T13:00:00+01:00' },
      { id: 'soon', starts_at: '2026-11-23T12:00:01Z' },
    ]);
    expect(run.result).toEqual({ total: 3, sent: 1, failed: 0 });
    expect(posts.map(({ path }) => path)).toEqual(['/api/v1/bookings/soon/remind']);
  });

  it('names the booking and its start in the key, or the hour where the start is not known', async () => {
    const { posts } = await remind([{ id: 'a', starts_at: '2026-11-23T12:30:00Z' }, { id: 'b' }]);
    expect(posts.map(({ key }) => key)).toEqual(['remind:a:2026-11-23T12:30:00Z', 'remind:b:2026-11-23T12']);
  });

  it('fails a booking that it cannot read, and no other', async () => {
    const { run, failedItems } = await remind([{ id: 'odd', starts_at: 'soon' }, { id: 'even' }]);
    expect(run.result).toEqual({ total: 2, sent: 1, failed: 1 });
    expect(failedItems[0]).toMatchObject({ id: 'odd', error: { message: expect.stringContaining('starts_at') } });
  });

  it('takes null for absent', async () => {
    const { run, posts } = await remind([{ id: 'a', reminder_sent: null, starts_at: null }]);
    expect(run.result).toEqual({ total: 1, sent: 1, failed: 0 });
    expect(posts.map(({ key }) => key)).toEqual(['remind:a:2026-11-23T12']);
  });
});

describe('send_reminders, when the bookings come in pages,', () => {
  const first = { start: '2026-11-23T12:00:00.000Z', end: '2026-11-23T13:00:00.000Z' };

  async function remindPages(answer: (query: FakeRequest['query'], reading: number) => unknown) {
    let reading = 0;
    const api = new FakeDataApi(({ method, query }) => (method === 'GET' ? answer(query, ++reading) : {}));
    const { run, failedItems } = await runTask(SendRemindersTask, [api.provider], { at });
    const gets = api.requests.filter(({ method }) => method === 'GET');
    return { run, failedItems, paths: gets.map(({ path }) => path), queries: gets.map(({ query }) => query) };
  }

  it.each([
    '/api/v1/bookings/upcoming?cursor=a%2Bb&start=x',
    '?cursor=a%2Bb&start=x',
    'upcoming?cursor=a%2Bb&start=x',
    'https://api.example.com/prefix/api/v1/bookings/upcoming?cursor=a%2Bb&start=x',
    'http://user:secret@elsewhere.example/api/v1/bookings/upcoming?cursor=a%2Bb&start=x#top',
  ])('follows the query of next, %s', async (next) => {
    const { run, paths, queries } = await remindPages((_, reading) =>
      reading === 1
        ? { items: [{ id: 1 }], next, has_more: true }
        : { items: [{ id: 2 }], next: null, has_more: false },
    );
    expect(run.result).toEqual({ total: 2, sent: 2, failed: 0 });
    expect(paths).toEqual(['/api/v1/bookings/upcoming', '/api/v1/bookings/upcoming']);
    expect(queries).toEqual([first, { cursor: 'a+b', start: 'x' }]);
  });

  it('follows the query of a Link with rel=next', async () => {
    const link = '</api/v1/bookings/upcoming?page=1>; rel="prev", <?page=3&start=x>; rel="next"';
    const { run, queries } = await remindPages((_, reading) =>
      reading === 1 ? new FakeAnswer({ items: [{ id: 1 }] }, { link }) : { items: [{ id: 2 }] },
    );
    expect(run.result).toEqual({ total: 2, sent: 2, failed: 0 });
    expect(queries).toEqual([first, { page: '3', start: 'x' }]);
  });

  it('reads again at the offset where it is only said that there are more', async () => {
    const pages = [[{ id: 1 }, { id: 2 }], [{ id: 3 }], []];
    const { run, queries } = await remindPages((_, reading) => ({ items: pages[reading - 1], has_more: true }));
    expect(run.result).toEqual({ total: 3, sent: 3, failed: 0 });
    expect(queries).toEqual([first, { ...first, offset: 2 }, { ...first, offset: 3 }]);
  });

  it.each(['/api/v1/bookings/others?token=secret', 'https://[', '/api/v1/orders'])(
    'does not follow %s, and says so',
    async (next) => {
      const { run, failedItems, queries } = await remindPages(() => ({ items: [{ id: 1 }], next }));
      expect(queries).toHaveLength(1);
      expect(run).toMatchObject({ status: 'partial', result: { total: 2, sent: 1, failed: 1 } });
      expect(failedItems).toMatchObject([{ id: 'page at offset 1', error: { code: 'BAD_ANSWER' } }]);
      expect(failedItems[0]?.error.message).not.toContain('secret');
    },
  );

  it('ends where the same page comes for ever', async () => {
    const { run, failedItems, queries } = await remindPages(() => ({ items: [{ id: 1 }], next: '?page=2' }));
    expect(run).toMatchObject({ status: 'partial', result: { sent: 1 } });
    expect(failedItems).toMatchObject([{ error: { code: 'LIST_REPEATS' } }]);
    expect(queries.length).toBeLessThan(20);
  });

  it('reminds those of the pages before one that cannot be read', async () => {
    const { run } = await remindPages((_, reading) => {
      if (reading > 1) throw new WorkerError('The Data API answered 500', 'HTTP_500');
      return { items: [{ id: 1 }], next: '?page=2' };
    });
    expect(run).toMatchObject({ status: 'partial', result: { total: 2, sent: 1, failed: 1 } });
  });
});
