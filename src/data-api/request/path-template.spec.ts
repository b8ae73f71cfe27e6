import { useTracer, type Tracer } from '../../runs/tracing.js';
import { path } from './path.js';
import { templateOf } from './path-template.js';

describe('templateOf', () => {
  beforeEach(() => useTracer({} as Tracer));
  afterEach(() => useTracer(undefined));

  it('shows where the ids of a path are, and not what they are', () => {
    expect(templateOf(path`/api/v1/orders/${'alice'}/lines/${7}`)).toBe('/api/v1/orders/{id}/lines/{id}');
  });

  it('keeps of a path that was written out what cannot be data', () => {
    expect(templateOf('/api/v1/orders/pending')).toBe('/api/v1/orders/pending');
    expect(templateOf('/orders/4711/c0ffee00-0000/a%40example.com')).toBe('/orders/{id}/{id}/{id}');
  });

  it('gives up where there are too many kinds', () => {
    const letters = Array.from({ length: 300 }, (_, index) => `${'abcdefghij'[index % 10]}${'x'.repeat(index / 10)}`);
    const found = letters.map((word) => templateOf(`/tags/${word}`));
    expect(found[0]).toBe('/tags/a');
    expect(found.at(-1)).toBeUndefined();
  });
});
