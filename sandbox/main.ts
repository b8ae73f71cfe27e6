import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCommandLine, type SandboxCommand, USAGE } from './command-line.ts';
import { startFeed } from './feed.ts';
import { startSandbox } from './sandbox-server.ts';

async function main(): Promise<void> {
  const command = readCommandLine(process.argv.slice(2), process.env);
  if (command.help) console.log(USAGE);
  else await serve(command);
}

async function serve({ options, feed }: SandboxCommand): Promise<void> {
  const temporary = options.database ? undefined : mkdtempSync(join(tmpdir(), 'sandbox-'));
  const sandbox = await startSandbox({ ...(temporary && { database: join(temporary, 'sandbox.db') }), ...options });
  const stopFeed = feed ? startFeed(sandbox, options.seed ?? 1) : () => {};
  // Tells the port to programs that pass --port 0.
  console.log(JSON.stringify({ event: 'listening', url: sandbox.url }));
  const stop = async () => {
    stopFeed();
    await sandbox.close();
    if (temporary) rmSync(temporary, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
}

main().catch((error: unknown) => {
  console.error(`The sandbox failed to start: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
