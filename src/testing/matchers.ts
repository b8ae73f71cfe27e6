import { isDeepStrictEqual } from 'node:util';
import type { Run, RunStatus } from '../runs/run.js';
import type { FakeRequest } from './fake-answer.js';
import type { FakeDataApi } from './data-api.fake.js';
import type { TaskTestResult } from './run-task.js';

/** What a request has to have: all that is named here, at any depth. */
type ExpectedRequest = Partial<Pick<FakeRequest, 'query' | 'body' | 'headers' | 'key'>>;

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- where jest's own are declared
  namespace jest {
    interface Matchers<R> {
      /** Of what `runTask` resolves with: it succeeded, every item of it did. */
      toHaveSucceeded(): R;
      /** Of what `runTask` resolves with: how it ended, and the code of its error. */
      toHaveEnded(status: RunStatus, code?: string): R;
      /** Of a `FakeDataApi`: it was asked this once, or as often as `times` says. */
      toHaveReceived(method: FakeRequest['method'], path: string, expected?: ExpectedRequest, times?: number): R;
    }
  }
}

expect.extend({
  toHaveSucceeded(result: TaskTestResult) {
    return judged(result.run.status === 'succeeded', `the run to have succeeded`, described(result));
  },

  toHaveEnded(result: TaskTestResult, status: RunStatus, code?: string) {
    const { run } = result;
    const pass = run.status === status && (code === undefined || run.error?.code === code);
    return judged(pass, `the run to have ended as ${status}${code ? ` with ${code}` : ''}`, described(result));
  },

  toHaveReceived(
    api: FakeDataApi,
    method: FakeRequest['method'],
    path: string,
    expected: ExpectedRequest = {},
    times = 1,
  ) {
    const fits = (request: FakeRequest) =>
      request.method === method && request.path === path && this.equals(request, expect.objectContaining(expected));
    const count = api.requests.filter(fits).length;
    const wanted = `${method} ${path}${isDeepStrictEqual(expected, {}) ? '' : ` with ${JSON.stringify(expected)}`}`;
    const found = `It came ${count} times. Requests:\n${api.requests.map((request) => `  ${JSON.stringify(request)}`).join('\n')}`;
    return judged(count === times, `the API to have received ${wanted} ${times} times`, found);
  },
});

function judged(pass: boolean, expected: string, found: string) {
  return { pass, message: () => `Expected ${expected}${pass ? ', but not' : ''}.\n${found}` };
}

function described({ run, failedItems }: TaskTestResult): string {
  const items = failedItems.map(({ id, error }) => `  ${id}: ${error.message} (${error.code})`);
  return [`It ended as ${run.status}${errorOf(run)}`, ...items].join('\n');
}

function errorOf({ error }: Run): string {
  return error ? `: ${error.message} (${error.code})` : '';
}
