import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Scenario } from './faults/scenario.ts';

const FEW_DESCRIPTORS = ['sh', '-c', 'ulimit -n 300; exec "$@"', 'sh'];

/** Security 8. */
describe('clients that hold connections without a request', () => {
  let scenario: Scenario;
  let sockets: Socket[];

  beforeEach(async () => {
    scenario = await Scenario.begin();
    sockets = [];
  });

  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await scenario.end();
  });

  it('block neither probes nor runs', async () => {
    const environment = { TASK_CLEANUP_OLD_ORDERS_SCHEDULE: 'every 1s' };
    const worker = await scenario.ready(environment, { through: FEW_DESCRIPTORS });
    const [url = ''] = /http:.*/.exec(String((await worker.log.find('Listening')).msg)) ?? [];
    for (let count = 0; count < 600; count += 1) sockets.push(await halfOpen(Number(new URL(url).port)));
    const { status } = await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(5_000) });
    expect(status).toBe(200);
    await scenario.server.nextRequest('clean up');
    expect(await worker.stop()).toMatchObject({ code: 0 });
  });
});

async function halfOpen(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write('GET /health/live HTTP/1.1\r\nHost: ');
  return socket;
}
