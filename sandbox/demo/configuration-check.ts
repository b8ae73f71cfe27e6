import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * Has the built command line check the configuration, before anything starts. Throws with what the
 * worker would refuse, and what to do about it. `folder` is the working directory.
 */
export async function checkConfiguration(cli: string, environment: NodeJS.ProcessEnv, folder: string): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, [cli, 'config', 'check'], { cwd: folder, env: environment });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const refusal = [stderr, stdout].map((text) => text.trim()).find((text) => text !== '') ?? String(error);
    const todo = 'Export what your tasks need in this shell (the demo does not read .env), and start it again.';
    throw new Error(`${refusal}\n${todo}`, { cause: error });
  }
}
