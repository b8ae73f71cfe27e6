import { expose, prefersOpenMetrics } from './exposition.js';
import { counter, gauge } from './metric-family.js';

const ORDERS = counter('orders_total', 'Orders.', [{ labels: { kind: 'a "b" \\ \n' }, value: 3 }]);

describe('an exposition', () => {
  it('is in the text format of Prometheus', async () => {
    const { contentType, text } = await expose([ORDERS, gauge('depth', 'Depth.', [{ value: 1.5 }])], false);
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toBe(
      [
        '# HELP orders_total Orders.',
        '# TYPE orders_total counter',
        'orders_total{kind="a \\"b\\" \\\\ \\n"} 3',
        '# HELP depth Depth.',
        '# TYPE depth gauge',
        'depth 1.5\n',
      ].join('\n'),
    );
  });

  it('is OpenMetrics on demand, however often the other one was written', async () => {
    await expose([ORDERS], false);
    const { contentType, text } = await expose([ORDERS], true);
    expect(contentType).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(text).toContain('# TYPE orders counter\norders_total{');
    expect(text.endsWith('# EOF\n')).toBe(true);
    expect((await expose([ORDERS], false)).text).toContain('# TYPE orders_total counter');
  });

  it('leaves out what is not a number', async () => {
    const values = [Number.NaN, Infinity, -Infinity, 7].map((value) => ({ value }));
    expect((await expose([gauge('depth', 'Depth.', values)], false)).text).toMatch(/gauge\ndepth 7\n$/);
  });

  it('writes thousands of series in several turns of the event loop, under one header', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const values = Array.from({ length: 10_001 }, (_, id) => ({ labels: { task: `task_${id}` }, value: id }));
    const { text } = await expose([gauge('depth', 'Depth.', values)], false);
    clearInterval(timer);
    expect(text.match(/^#/gm)).toHaveLength(2);
    expect(text.match(/^depth\{task="task_\d+"\} \d+$/gm)).toHaveLength(10_001);
    expect(turns).toBeGreaterThan(2);
  });
});

describe('prefersOpenMetrics', () => {
  it.each([
    [undefined, false],
    ['*/*', false],
    ['text/plain', false],
    ['application/openmetrics-text', true],
    ['application/openmetrics-text;q=0', false],
    ['application/openmetrics-text; version=2.0.0', false],
    ['text/plain;version=0.0.4, application/openmetrics-text;q=0.5', false],
    // Prometheus 2.42 and 3.
    ['application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1', true],
    ['application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;q=0.3,*/*;q=0.2', true],
    ['application/openmetrics-text;q=nonsense', false],
  ])('understands Accept: %s', (accept, preferred) => {
    expect(prefersOpenMetrics(accept)).toBe(preferred);
  });
});
