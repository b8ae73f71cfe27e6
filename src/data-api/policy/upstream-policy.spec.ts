import type { HttpRequest } from '../request/http-request.js';
import { policies } from '../testing/policies.js';
import { AttemptError } from './attempt.error.js';

describe('the policies of upstreams', () => {
  it('forget one that is not down when there are too many', async () => {
    const all = policies();
    const [down, other] = [all.of('http://down.test'), all.of('http://other.test')];
    for (let failures = 0; failures < 5; failures++) {
      const request = { method: 'GET', headers: {} } as HttpRequest;
      down.failed(request, await down.admit(undefined), new AttemptError('no answer', 'silence'), 1);
    }
    expect(down.breakerState).toBe('open');
    for (let host = 0; host < 255; host++) all.of(`http://${host}.test`);
    expect(all.all()).toHaveLength(256);
    expect(all.of('http://down.test')).toBe(down);
    expect(all.all()).not.toContain(other);
  });
});
