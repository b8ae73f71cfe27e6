import { readFileSync } from 'node:fs';
import { jest } from '@jest/globals';
import type { DataApiError } from './data-api.errors.js';
import { AttemptError, type AttemptProblem } from './policy/attempt.error.js';
import type { HttpAnswer, HttpRequest } from './request/http-request.js';
import { anUpstream, outcome, POST } from './testing/fake-upstream.js';
import { anAnswer } from './testing/requests.js';

const NOW = Date.parse('Mon, 23 Nov 2026 12:00:00 GMT');
const OTHERS = /while others are served/;
const DOCUMENT = new URL('../../docs/reference/upstreams.md', import.meta.url);

/** The rows of the tables of the document: their cells. */
function tables(): string[][][] {
  const blocks = readFileSync(DOCUMENT, 'utf8').split('\n\n');
  const found = blocks.filter((block) => block.startsWith('|')).map((block) => block.split('\n').slice(2));
  return found.map((rows) =>
    rows.map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    ),
  );
}

function headersOf(text: string): Record<string, string> {
  const spans = Array.from(text.matchAll(/`([\w-]+): ([^`]*)`/g), ([, name = '', value = '']) => [
    name.toLowerCase(),
    value,
  ]);
  return Object.fromEntries(spans) as Record<string, string>;
}

const [byAnswer = [], byFrontEnd = []] = tables();

/** What a cell of the first column stands for. */
function failuresIn(cell: string): [string, () => HttpAnswer | AttemptError][] {
  const statuses = /^[\d, ]+/.exec(cell)?.[0].match(/\d{3}/g) ?? [];
  const headers = headersOf(cell);
  if (statuses.length > 0) return statuses.map((status) => [status, () => anAnswer(Number(status), '', headers)]);
  const problems = Array.from(cell.split(':', 1)[0]?.matchAll(/`([a-z ]+)`/g) ?? [], ([, problem = '']) => problem);
  return problems.map((problem) => [problem, () => new AttemptError(problem as AttemptProblem, 'as told')]);
}

const requests: readonly (readonly [string, readonly Partial<HttpRequest>[]])[] = [
  ['GET, HEAD, PUT, DELETE', ['GET', 'HEAD', 'PUT', 'DELETE'].map((method) => ({ method }))],
  ['POST, PATCH with a key', ['POST', 'PATCH'].map((method) => ({ ...POST, method }))],
  ['without a key', ['POST', 'PATCH'].map((method) => ({ method }))],
];

/**
 * What becomes of a request that fails six times before it would succeed, with three attempts.
 * `amongOthers`: others are served before and meanwhile.
 */
async function treatment(failure: () => HttpAnswer | AttemptError, request: Partial<HttpRequest>, amongOthers = false) {
  let failures = 0;
  const upstream = anUpstream(({ target }) => (target === '/other' || ++failures > 6 ? 200 : failure()));
  const send = upstream.request;
  if (amongOthers) await send({ target: '/other' });
  const { arrivals } = upstream;
  arrivals.length = 0;
  const end = outcome(send(request));
  await jest.advanceTimersByTimeAsync(3_600_000);
  const result = await end;
  const [first = 0, second = 0] = arrivals;
  return { verdict: verdictOf(result, arrivals.length), pause: second - first };
}

function verdictOf(result: unknown, requests: number): string {
  if (result === 200) return 'wait';
  const { endsRun, itemGone, attempts } = result as DataApiError;
  if (endsRun) return 'stop';
  if (itemGone) return 'gone';
  if (attempts === 3 && requests === 3) return 'retry';
  return requests === 1 ? 'fail' : `${requests} requests, ${attempts} attempts`;
}

describe('docs/reference/upstreams.md', () => {
  beforeEach(() => jest.useFakeTimers({ now: NOW }));
  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it('has both tables', () => {
    expect(byAnswer.length).toBeGreaterThan(20);
    expect(byFrontEnd.length).toBeGreaterThan(30);
  });

  describe.each(byAnswer.map(([answer = '', ...cells]) => [answer, cells] as const))(
    'says of %s that',
    (answer, cells) => {
      const cases = requests.map(([name, variants], column) => [name, cells[column], variants] as const);

      it.each(cases)('%s means: %s', async (_, expected, variants) => {
        const failures = failuresIn(answer);
        expect(failures).not.toEqual([]);
        for (const [name, failure] of failures) {
          for (const request of variants) {
            const { verdict } = await treatment(failure, request, OTHERS.test(answer));
            expect([name, request.method, verdict]).toEqual([name, request.method, expected]);
          }
        }
      });
    },
  );

  it.each(
    byFrontEnd.map(([name, when, , status, headers, does]) => [`${name}, ${when}`, status, headers, does] as const),
  )('says what becomes of %s', async (name, status, headers = '', does = '') => {
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    const answer = () => anAnswer(Number(status), '', headersOf(headers));
    const seconds = Number(/([\d.]+) s$/.exec(does)?.[1] ?? 0);
    for (const request of [{ method: 'GET' }, POST]) {
      const { verdict, pause } = await treatment(answer, request, OTHERS.test(name));
      expect(`${verdict}${verdict === 'wait' && seconds === 0 ? 's its turn' : ''}`).toBe(wordOf(does));
      expect(pause).toBeGreaterThanOrEqual(seconds * 1_000);
      if (seconds > 0) expect(pause).toBeLessThan(seconds * 1_000 + 1_000);
    }
  });
});

/** `waits 5 s` is a wait, and so on. */
function wordOf(does: string): string {
  if (does === 'waits its turn') return does;
  if (/^waits [\d.]+ s$/.test(does)) return 'wait';
  if (/^retries(?: after \d+ s)?$/.test(does)) return 'retry';
  return does === 'stops the run' ? 'stop' : `unknown: ${does}`;
}
