import { cursorList, FakeDataApi, runTask } from '../../src/testing/index.js';
import { CloseTicketsTask } from './close-tickets.task.js';

const tickets = Array.from({ length: 250 }, (_, id) => ({ id, idle_days: id % 20 }));

describe('close_tickets', () => {
  it.each([undefined, 1, 2, 'end' as const])('closes each idle ticket once, after a crash at %s', async (crashAt) => {
    const closed: string[] = [];
    const dataApi = new FakeDataApi({
      'GET /api/v1/tickets': cursorList(tickets),
      'PATCH /api/v1/tickets/:id': ({ params: { id = '' } }) => closed.push(id),
    });
    const result = await runTask(CloseTicketsTask, [dataApi.provider], crashAt === undefined ? {} : { crashAt });
    expect(result).toHaveSucceeded();
    const idle = tickets.filter(({ idle_days }) => idle_days >= 14).map(({ id }) => String(id));
    expect(closed.toSorted()).toEqual(idle.toSorted());
    expect(result.run.items).toMatchObject({ total: 250, skipped: 250 - idle.length });
  });
});
