import { apiSchema, environmentSchema, proxySchema, taskOverrideSchema } from '../../src/config/environment.schema.ts';
import { read } from './documents.ts';

/** What Node.js and undici read themselves. */
const READ_BY_OTHERS = ['NO_PROXY', 'NODE_EXTRA_CA_CERTS'];
/** What tasks declare themselves. */
const OF_TASKS = ['TASK_<NAME>_<SETTING>'];
/** Accepted only to be refused with a reason. */
const REFUSED = ['QUEUE_URL'];

interface Row {
  readonly variable: string;
  readonly default: string;
}

/** `| \`HOST\`, \`PORT\` | \`127.0.0.1\`, \`3000\` | … |` are two. */
function rows(): Row[] {
  const lines = read('docs/configuration.md').text.split('\n');
  return lines.flatMap((line) => {
    const [, names = '', defaults = ''] = /^\| (.+?) +\| (.+?) +\|/.exec(line) ?? [];
    const variables = [...names.matchAll(/`([A-Za-z_<>]+)`/g)].map(([, name = '']) => name);
    const values = [...defaults.matchAll(/`([^`]+)`/g)].map(([, value = '']) => value);
    return variables
      .filter((name) => /^[A-Z]/.test(name))
      .map((variable, index) => ({ variable, default: values[index] ?? '' }));
  });
}

/** Of each API alike; the page lists those of the Data API. */
const ofDataApi = Object.entries(apiSchema.shape).map(([name, schema]) => [`DATA_API_${name}`, schema] as const);

const known = [
  ...ofDataApi.map(([name]) => name),
  ...Object.keys(environmentSchema.shape),
  ...Object.keys(proxySchema.shape).filter((name) => name === name.toUpperCase()),
  ...Object.keys(taskOverrideSchema.shape).map((name) => `TASK_<NAME>_${name}`),
].filter((name) => !REFUSED.includes(name));

describe('docs/configuration.md', () => {
  it('lists every variable, and no other', () => {
    const variables = rows().map(({ variable }) => variable);
    expect([...variables].sort()).toEqual([...known, ...READ_BY_OTHERS, ...OF_TASKS].sort());
  });

  it('tells the defaults', () => {
    const shape = { ...environmentSchema.shape, ...Object.fromEntries(ofDataApi) };
    const schemas = shape as Record<string, { parse(value: unknown): unknown }>;
    const wrong = rows().filter(({ variable, default: shown }) => {
      const schema = schemas[variable];
      if (!schema || variable === 'DATA_API_URL' || shown === '') return false;
      return JSON.stringify(schema.parse(shown)) !== JSON.stringify(schema.parse(undefined) ?? schema.parse(shown));
    });
    expect(wrong).toEqual([]);
  });
});
