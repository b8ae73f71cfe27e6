import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { anyAnswer, DataApiClient, linkTo, path, queryOf } from '../../../data-api/index.js';
import { cursorList, FakeAnswer, FakeDataApi, linkedList, runTask } from '../../../testing/index.js';
import { BatchTask } from '../batch.task.js';
import type { ItemContext } from '../item-context.js';
import { cursorPages } from './cursor-pages.js';

const ISSUES = '/issues';
const issues = z.array(z.object({ id: z.number() }));
type Issue = z.infer<typeof issues>[number];
const page = z.object({ items: issues, next: z.string().nullable() });

@Injectable()
abstract class CloseTask extends BatchTask<Issue> {
  override readonly manualOnly = true;

  constructor(protected readonly dataApi: DataApiClient) {
    super();
  }

  async processItem(_issue: Issue, { id }: ItemContext): Promise<void> {
    await this.dataApi.patch(path`/issues/${id}`, anyAnswer, { key: `close:${id}`, body: { state: 'closed' } });
  }
}

@Injectable()
class BodyTask extends CloseTask {
  readonly name = 'by_body';
  readonly pages = cursorPages((cursor) => this.dataApi.get(ISSUES, page, { query: { cursor } }));
}

@Injectable()
class HeaderTask extends CloseTask {
  readonly name = 'by_header';
  readonly pages = cursorPages(async (cursor) => {
    const { value, headers } = await this.dataApi.answer('GET', ISSUES, issues, { query: { cursor } });
    return { items: value, next: headers.get('x-next-cursor') };
  });
}

@Injectable()
class LinkTask extends CloseTask {
  readonly name = 'by_link';
  readonly pages = cursorPages(async (cursor) => {
    const query = cursor === undefined ? { limit: 30 } : queryOf(String(cursor), ISSUES);
    const { value, headers } = await this.dataApi.answer('GET', ISSUES, issues, { query });
    return { items: value, next: linkTo(headers, 'next') };
  });
}

@Injectable()
class NumberTask extends CloseTask {
  readonly name = 'by_number';
  readonly pages = cursorPages(async (number = 1) => {
    const items = await this.dataApi.get(ISSUES, issues, { query: { page: number } });
    return { items, next: items.length > 0 ? Number(number) + 1 : null };
  });
}

const all = Array.from({ length: 250 }, (_, id) => ({ id }));
const inBody = cursorList(all, { pageSize: 30 });

/** The cursor in a header, and the items alone in the body. */
const inHeader: typeof inBody = (request) => {
  const { items, next } = inBody(request) as z.infer<typeof page>;
  return new FakeAnswer(items, next === null ? {} : { 'x-next-cursor': next });
};

const byNumber: typeof inBody = ({ query }) => {
  const end = Number(query?.['page']) * 30;
  return all.slice(end - 30, end);
};

describe.each([
  ['the body', BodyTask, inBody],
  ['a header', HeaderTask, inHeader],
  ['a Link', LinkTask, linkedList(all)],
  ['a count', NumberTask, byNumber],
] as const)('A list whose next page is in %s', (_, task, list) => {
  it.each([undefined, 1, 2, 'end' as const])('is worked off once, after a crash at %s', async (crashAt) => {
    const closed: string[] = [];
    const dataApi = new FakeDataApi({
      'GET /issues': list,
      'PATCH /issues/:id': ({ params: { id = '' } }) => closed.push(id),
    });
    const result = await runTask(task, [dataApi.provider], crashAt === undefined ? {} : { crashAt });
    expect(result).toHaveSucceeded();
    expect(result.run.items).toMatchObject({ total: 250, succeeded: 250 });
    expect(closed.toSorted((a, b) => Number(a) - Number(b))).toEqual(all.map(({ id }) => String(id)));
    const pages = dataApi.requests.filter(({ method }) => method === 'GET');
    if (crashAt === undefined) expect(pages).toHaveLength(task === NumberTask ? 10 : 9);
  });
});
