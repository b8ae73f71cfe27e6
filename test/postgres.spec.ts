import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { PostgresServer } from './postgres/postgres-server.ts';

const SERVER = new URL('postgres/postgres-server.ts', import.meta.url).href;

describe('the PostgreSQL of the tests', () => {
  it('keeps what was committed when it is killed', async () => {
    const server = await PostgresServer.start();
    const client = new Client({ connectionString: server.url });
    client.on('error', () => undefined);
    await client.connect();
    await client.query('create table kept as select 1 as one');
    await server.kill();
    await server.start();
    const again = new Client({ connectionString: server.url });
    await again.connect();
    expect((await again.query('select one from kept')).rows).toEqual([{ one: 1 }]);
    await again.end();
    await server.stop();
    expect(processesOn(server.port)).toBe('');
  });

  it('goes when the process that started it is killed', async () => {
    const program = `
      const { PostgresServer } = await import(${JSON.stringify(SERVER)});
      console.log((await PostgresServer.start()).port);
      setInterval(() => {}, 1_000);`;
    const starter = spawn(process.execPath, ['--input-type=module', '-e', program]);
    const [port] = (await once(starter.stdout, 'data')) as [Buffer];
    expect(processesOn(Number(port))).not.toBe('');
    starter.kill('SIGKILL');
    while (processesOn(Number(port)) !== '') await sleep(50);
  });
});

function processesOn(port: number): string {
  return execFileSync('sh', ['-c', `ps -eo pid,args | grep '[p]ostgres.*port=${port}' || true`]).toString();
}
