import { apiSchema, environmentSchema, proxySchema, taskOverrideSchema } from '../../src/config/environment.schema.ts';
import { loadSettings } from '../../src/config/load-settings.ts';
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

describe('.env.example', () => {
  const { text } = read('.env.example');
  const set = [...text.matchAll(/^#?([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => ({ name, value }));
  const settings = Object.keys(taskOverrideSchema.shape).join('|');
  /** `TASK_SEND_REMINDERS_SPREAD` as `TASK_<NAME>_SPREAD`, and `OPS_TOKEN_FILE` as `OPS_TOKEN`. */
  const general = (name: string) =>
    name.replace(/_FILE$/, '').replace(new RegExp(`^TASK_.+_(${settings})$`), 'TASK_<NAME>_$1');

  it('lists every variable that counts in a file, and tells which do not', () => {
    const names = set.map(({ name }) => general(name));
    const ofEnvironment = [...READ_BY_OTHERS, ...Object.keys(proxySchema.shape).map((name) => name.toUpperCase())];
    expect(known.filter((name) => !names.includes(name) && !ofEnvironment.includes(name))).toEqual([]);
    const others = names.filter((name) => !known.includes(name));
    expect(others).toEqual(['TASK_CLEANUP_OLD_ORDERS_OLDER_THAN']);
    expect(ofEnvironment.filter((name) => !text.includes(name))).toEqual([]);
  });

  it('has only values that the worker takes', () => {
    const values = set.filter(({ name, value }) => value !== '' && !name.endsWith('_FILE'));
    const oauth = /_(?:OAUTH_\w+|TOKEN_HEADER)$/;
    const ofAll = Object.fromEntries(
      values.filter(({ name }) => !oauth.test(name)).map(({ name, value }) => [name, value]),
    );
    expect(loadSettings(ofAll).problems).toEqual([]);
  });
});
