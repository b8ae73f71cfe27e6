import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { DIST } from './built-program.ts';
import { useScenario } from './faults/use-scenario.ts';

const WORKER = `worker() { "${process.execPath}" "${join(DIST, 'cli.js')}" "$@"; }`;

/** What each shell does that has read the script, when Tab is pressed after its parameters. */
const SHELLS: Readonly<Record<string, readonly string[]>> = {
  bash: [
    '--norc',
    '-c',
    `${WORKER}
    source <(worker completion bash)
    complete -p worker > /dev/null || exit 9
    COMP_WORDS=(worker "$@"); COMP_CWORD=$#; _worker_completion
    printf '%s\\n' "\${COMPREPLY[@]}"`,
    'bash',
  ],
  // The builtin that zsh's line editor alone has is replaced by one that prints.
  zsh: [
    '-f',
    '-c',
    `${WORKER}
    autoload -Uz compinit && compinit -D
    source <(worker completion zsh)
    [[ \${_comps[worker]} == _worker_completion ]] || exit 9
    compadd() { shift; print -rl -- "$@" }
    _files() { print }
    words=(worker "$@"); CURRENT=$(( $# + 1 )); _worker_completion
    print`,
    'zsh',
  ],
  fish: [
    '--no-config',
    '-c',
    `function worker; "${process.execPath}" "${join(DIST, 'cli.js')}" $argv; end
    worker completion fish | source
    complete -C "worker $(string join ' ' -- $argv)" | string replace -r '\\t.*' ''
    true`,
    '--',
  ],
};

const isInstalled = (shell: string) => spawnSync(shell, ['--version']).status === 0;

describe.each(Object.entries(SHELLS))('worker completion %s', (shell, parameters) => {
  const test = useScenario();

  function typed(...words: string[]): string[] {
    const { current } = test;
    const { stdout, stderr, status } = spawnSync(shell, [...parameters, ...words], {
      cwd: current.folder,
      env: {
        ...{ PATH: process.env['PATH'] ?? '', HOME: current.folder },
        ...{ DATA_API_URL: current.server.url, DATABASE_URL: `sqlite:${current.ledger}` },
      },
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return stdout.split('\n').filter((line) => line !== '');
  }

  (isInstalled(shell) ? it : it.skip)('completes commands, options, tasks, and the ids of runs', async () => {
    expect(typed('doc')).toEqual(['doctor']);
    expect(typed('history', '--sin')).toEqual(['--since']);
    expect(typed('show', '')).toEqual([]);
    expect(typed('run', 'se')).toEqual(['send_reminders']);
    const { run } = await test.current.runTask('send_reminders');
    expect(typed('show', '')).toEqual([run.id]);
    expect(typed('retry', run.id.slice(0, 9))).toEqual([]);
    expect(typed('cancel', '')).toEqual([]);
  });
});
