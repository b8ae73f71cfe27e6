import { execFileSync } from 'node:child_process';
import { shellScript, workerEnvironment, workerSettings } from './worker-environment.ts';

describe('The environment of the demo', () => {
  const settings = workerSettings("/tmp/it's a folder", 'http://127.0.0.1:4000');

  it('drops other worker settings and keeps the rest', () => {
    const surroundings = { PATH: '/bin', HOST: 'laptop', TASK_BOGUS_SCHEDULE: 'x', DATA_API_TOKEN_FILE: '/nowhere' };
    const environment = workerEnvironment(settings, 3001, surroundings);
    expect(environment).toMatchObject({ PATH: '/bin', HOST: '127.0.0.1', PORT: '3001', ...settings });
    expect(environment).not.toHaveProperty('TASK_BOGUS_SCHEDULE');
    expect(environment).not.toHaveProperty('DATA_API_TOKEN_FILE');
  });

  it('survives quoting in a shell', () => {
    const script = `${shellScript(settings)}printf '%s|%s' "$DATABASE_URL" "$TASK_SEND_REMINDERS_SCHEDULE"`;
    expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(
      "sqlite:/tmp/it's a folder/worker.db|every 5s",
    );
  });
});
