import { jest } from '@jest/globals';
import { type Letter, LetterRefusedError } from './outbound-post.js';
import { Outbox, type Posting } from './outbox.js';

function letter(body: string, more: Partial<Posting> = {}): Posting {
  return { url: 'http://receiver.test', contentType: 'text/plain; charset=utf-8', body, ...more };
}

describe('Outbox', () => {
  let sent: string[];
  let lost: unknown[];
  let answer: (body: string) => Promise<void>;
  let outbox: Outbox;

  beforeEach(() => {
    jest.useFakeTimers();
    sent = [];
    lost = [];
    answer = async () => {};
    const send = ({ body }: Letter) => {
      sent.push(body);
      return answer(body);
    };
    outbox = new Outbox(send, (error) => lost.push(error));
  });
  afterEach(() => void jest.useRealTimers());

  it('sends in the order of posting, one after the other', async () => {
    const first = Promise.withResolvers<void>();
    answer = (body) => (body === '1' ? first.promise : Promise.resolve());
    outbox.post(letter('1'));
    outbox.post(letter('2'));
    await jest.advanceTimersByTimeAsync(0);
    expect(sent).toEqual(['1']);
    first.resolve();
    await jest.advanceTimersByTimeAsync(0);
    expect(sent).toEqual(['1', '2']);
  });

  it('tries again after 1, 5, 15 and 60 s, then gives up and goes on', async () => {
    const error = new Error('connection refused');
    answer = (body) => (body === '1' ? Promise.reject(error) : Promise.resolve());
    outbox.post(letter('1'));
    outbox.post(letter('2'));
    const tries: number[] = [];
    for (let second = 0; second <= 82; second++) {
      await jest.advanceTimersByTimeAsync(second === 0 ? 0 : 1_000);
      if (sent.filter((body) => body === '1').length > tries.length) tries.push(second);
    }
    expect(tries).toEqual([0, 1, 6, 21, 81]);
    expect(sent).toEqual(['1', '1', '1', '1', '1', '2']);
    expect(lost).toEqual([error]);
  });

  it('does not repeat what is refused for good', async () => {
    answer = () => Promise.reject(new LetterRefusedError('answered 404', true));
    outbox.post(letter('1'));
    await jest.advanceTimersByTimeAsync(100_000);
    expect(sent).toEqual(['1']);
    expect(lost).toHaveLength(1);
  });

  it('does not repeat a passing letter once another one waits', async () => {
    answer = (body) => (body === 'start' ? Promise.reject(new Error('refused')) : Promise.resolve());
    outbox.post(letter('start', { passing: true }));
    await jest.advanceTimersByTimeAsync(0);
    outbox.post(letter('end'));
    await jest.advanceTimersByTimeAsync(1_000);
    expect(sent).toEqual(['start', 'start', 'end']);
  });

  it('keeps the newest hundred that wait', async () => {
    const first = Promise.withResolvers<void>();
    answer = (body) => (body === '0' ? first.promise : Promise.resolve());
    for (let index = 0; index < 150; index++) outbox.post(letter(String(index)));
    first.resolve();
    await jest.advanceTimersByTimeAsync(0);
    expect([sent.length, sent[0], sent[1], sent.at(-1)]).toEqual([101, '0', '50', '149']);
  });

  it('closes at once when nothing waits, and cuts pauses short', async () => {
    await outbox.close(2_000);
    answer = () => Promise.reject(new Error('refused'));
    outbox.post(letter('1'));
    await jest.advanceTimersByTimeAsync(0);
    expect(lost).toHaveLength(1);
  });

  it('takes no longer to close than it may, even where the receiver hangs', async () => {
    const hanging = new Outbox(
      (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
      (error) => lost.push(error),
    );
    hanging.post(letter('1'));
    hanging.post(letter('2'));
    let closed = false;
    void hanging.close(2_000).then(() => (closed = true));
    await jest.advanceTimersByTimeAsync(1_999);
    expect(closed).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(closed).toBe(true);
    expect(lost).toHaveLength(1);
  });
});
