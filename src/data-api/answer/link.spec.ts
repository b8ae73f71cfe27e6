import { linkTo } from './link.js';

const next = (...values: string[]) => linkTo(new Headers(values.map((value) => ['link', value])), 'next');

describe('Link', () => {
  it.each([
    ['<https://api.example.com/a?page=2>; rel="next"', 'https://api.example.com/a?page=2'],
    ['<?page=2>; rel=next', '?page=2'],
    ['<?page=1>; rel="prev", <?page=3>; rel="next", <?page=9>; rel="last"', '?page=3'],
    ['<?page=2> ;  REL = "last NEXT"', '?page=2'],
    ['<?ids=1,2;3>; rel="next"', '?ids=1,2;3'],
    ['<?page=2>; title="a, \\"b\\"; rel=prev"; rel=next', '?page=2'],
    ['</other>; rel="next"; anchor="/b", <?page=2>; rel=next', '?page=2'],
    ['<?page=2>; rel=next; rel=prev', '?page=2'],
    ['<>; rel=next', ''],
  ])('names in %s what comes next', (header, target) => {
    expect(next(header)).toBe(target);
  });

  it.each([
    [''],
    ['<?page=2>'],
    ['<?page=2>; rel=nextpage'],
    ['<?page=2>; rel=prev; rel=next'],
    ['<?page=2>; title="rel=next"'],
    ['?page=2; rel=next'],
    ['<?page=2; rel=next'],
    ['"<?page=2>; rel=next'],
  ])('names in %j nothing that comes next', (header) => {
    expect(next(header)).toBeUndefined();
  });

  it('may come in several headers', () => {
    expect(next('<?page=1>; rel=prev', '<?page=3>; rel=next')).toBe('?page=3');
  });

  it('of odd text is read in no time', () => {
    const odd = [' ', '<', '"\\', ',;=', '<>;rel='].map((text) => text.repeat(50_000));
    const start = performance.now();
    for (const text of odd) next(text);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
