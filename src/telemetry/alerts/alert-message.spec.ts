import { loadSettings } from '../../config/load-settings.js';
import { AlertMessages, type AlertNews } from './alert-message.js';

const TOKEN = 's3cret-token';
const URL = 'https://hooks.test/s3cret-path';
const BEGAN: AlertNews = {
  status: 'firing',
  rule: 'failing',
  task: 'some_task',
  details: {
    what: `some_task failed: <b> & ${TOKEN}`,
    run: 'run-1',
    lastSuccessAt: '2026-11-23T12:00:00.000Z',
    command: 'worker show run-1',
  },
  since: new Date('2026-11-23T13:00:00.000Z'),
  until: null,
};

function body(news: AlertNews, environment: Record<string, string> = {}): Record<string, unknown> {
  const settings = loadSettings({
    DATA_API_URL: 'http://api.test',
    DATA_API_TOKEN: TOKEN,
    ALERT_WEBHOOK_URL: URL,
    ...environment,
  });
  const letter = new AlertMessages(settings).letter(URL, news);
  expect(letter).toMatchObject({ url: URL, contentType: 'application/json' });
  expect(letter.body).not.toContain('s3cret');
  return JSON.parse(letter.body) as Record<string, unknown>;
}

describe('an alert message', () => {
  it('is in the shape of Slack, with its control characters escaped', () => {
    const environment = { ALERT_FORMAT: 'slack', ENVIRONMENT: 'production', PUBLIC_URL: 'https://worker.test' };
    expect(body(BEGAN, environment)).toEqual({
      text: [
        '*Alert:* [production] some_task failed: &lt;b&gt; &amp; [redacted]',
        'since 2026-11-23T13:00:00.000Z · last success 2026-11-23T12:00:00.000Z',
        '`worker show run-1`',
        '<https://worker.test/console/runs/run-1|Open the console>',
      ].join('\n'),
    });
  });

  it('says in the shape of Slack that it is over', () => {
    const over = { ...BEGAN, status: 'resolved', until: new Date('2026-11-23T14:00:00.000Z') } as const;
    expect(body(over, { ALERT_FORMAT: 'slack' })['text']).toMatch(
      /^\*Resolved:\* .*\nsince \S+ · until 2026-11-23T14:00:00.000Z · last success \S+$/,
    );
  });

  it.each([
    ['the run that shows it', BEGAN, 'https://worker.test/console/runs/run-1'],
    ['the task', { ...BEGAN, details: { ...BEGAN.details, run: null } }, 'https://worker.test/console/tasks/some_task'],
    [
      'the system',
      { ...BEGAN, task: null, details: { ...BEGAN.details, run: null } },
      'https://worker.test/console/system',
    ],
  ])('links to %s', (_, news, link) => {
    expect(body(news, { PUBLIC_URL: 'https://worker.test/' })['link']).toBe(link);
    expect(body(news)['link']).toBeNull();
  });

  it('is cut where what failed is endless', () => {
    const endless = { ...BEGAN, details: { ...BEGAN.details, what: 'x'.repeat(10_000) } };
    expect(String(body(endless)['title'])).toHaveLength(2_001);
  });
});
