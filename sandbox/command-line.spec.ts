import { readCommandLine, USAGE } from './command-line.ts';
import { DEFAULT_KNOBS, readKnobs } from './knobs.ts';

describe('The command line of the sandbox', () => {
  it('needs no options', () => {
    expect(readCommandLine([], {})).toEqual({
      options: { port: 4000, host: '127.0.0.1', seed: 1, knobs: {} },
      feed: false,
      help: false,
    });
  });

  it('accepts sizes and knobs', () => {
    const flags = '--port 0 --feed --orders 1050 --latency-ms 20 --outage --no-honour-keys --poisoned-orders 7,9';
    const { options, feed } = readCommandLine(flags.split(' '), {});
    expect(feed).toBe(true);
    expect(options).toMatchObject({ port: 0, orders: 1_050 });
    expect(options.knobs).toEqual({ latencyMs: 20, outage: true, honourKeys: false, poisonedOrders: ['7', '9'] });
  });

  it('falls back to the environment', () => {
    const environment = {
      HOST: '0.0.0.0',
      PORT: '4001',
      SANDBOX_PORT: '4002',
      SANDBOX_ERROR_RATE: '0.5',
      DATABASE: '',
    };
    const { options } = readCommandLine(['--port', '4003'], environment);
    expect(options).toEqual({ port: 4003, host: '0.0.0.0', seed: 1, knobs: { errorRate: 0.5 } });
    expect(readCommandLine([], environment).options.port).toBe(4002);
  });

  it.each([
    [['--orders', 'many'], '--orders'],
    [['--orders', '-1'], '--orders'],
    [['--no-such-thing'], '--no-such-thing'],
    [['stray'], 'stray'],
  ])('refuses %j, and names what does not fit', (flags, name) => {
    expect(() => readCommandLine(flags, {})).toThrow(name);
  });

  it('lists every knob in its help, with valid defaults', () => {
    expect(USAGE).toContain('--max-concurrent');
    expect(readKnobs(DEFAULT_KNOBS)).toEqual(DEFAULT_KNOBS);
  });
});
