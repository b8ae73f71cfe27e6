import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../faults/scenario.ts';

/** Whether a program of Debian's package `prometheus` is on this machine. */
export function isInstalled(program: 'prometheus' | 'promtool'): boolean {
  return spawnSync(program, ['--version']).status === 0;
}

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A real Prometheus that scrapes one worker five times a second. */
export class PrometheusProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly url: string,
  ) {}

  static async start(folder: string, target: string): Promise<PrometheusProcess> {
    const config = join(folder, 'prometheus.yml');
    const scrape = `{ job_name: worker, static_configs: [{ targets: ['${target}'] }] }`;
    writeFileSync(config, `global: { scrape_interval: 200ms }\nscrape_configs: [${scrape}]\n`);
    const address = `127.0.0.1:${await freePort()}`;
    const data = join(folder, 'prometheus');
    const parameters = [`--config.file=${config}`, `--storage.tsdb.path=${data}`, `--web.listen-address=${address}`];
    const child = spawn('prometheus', parameters, { stdio: 'ignore' });
    return new PrometheusProcess(child, `http://${address}`);
  }

  async query(expression: string): Promise<readonly Sample[]> {
    const answer = await fetch(`${this.url}/api/v1/query?query=${encodeURIComponent(expression)}`);
    const { data } = (await answer.json()) as {
      data: { result: { metric: Record<string, string>; value: [number, string] }[] };
    };
    return data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
  }

  /** Asks until one sample fits. */
  async find(expression: string, fits: (value: number) => boolean): Promise<void> {
    const deadline = Date.now() + 30_000;
    while (Date.now() < deadline) {
      const samples = await this.query(expression).catch(() => []);
      if (samples.some(({ value }) => fits(value))) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`Prometheus has no fitting sample of ${expression}`);
  }

  async stop(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }
}
