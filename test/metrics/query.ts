/** What a PromQL expression asks for. */
export interface Query {
  /** By metric, without `_bucket`, `_sum` and `_count`: the labels that its selectors name. */
  readonly metrics: ReadonlyMap<string, readonly string[]>;
  /** Those that it groups by. */
  readonly grouping: readonly string[];
}

const SELECTOR = /\b((?:worker|http_client|process|nodejs|up)\w*)\b(?:\{([^}]*)\})?/g;
const GROUPING = /\b(?:by|without|on|ignoring) \(([^)]*)\)/g;
const PART = /_(?:bucket|sum|count)$/;

export function readQuery(expression: string): Query {
  const groupings = [...expression.matchAll(GROUPING)].flatMap(([, labels = '']) => labels.split(','));
  const metrics = new Map<string, string[]>();
  for (const [, name = '', matchers = ''] of expression.replace(GROUPING, '').matchAll(SELECTOR)) {
    const labels = [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label);
    const metric = name.replace(PART, '');
    metrics.set(metric, [...(metrics.get(metric) ?? []), ...labels]);
  }
  return { metrics, grouping: groupings.map((label) => label.trim()) };
}
