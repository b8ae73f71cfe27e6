import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Prints what the program is made of, as CycloneDX. It is npm's own list of a project that has no
 * development dependencies: told to leave those out, npm leaves out what any package develops with.
 */
const read = (name) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'));
const { name, version, license, dependencies } = read('package.json');
const project = { name, version, license, dependencies };
const { packages, ...lock } = read('package-lock.json');
const shipped = Object.entries(packages).filter(
  ([path, its]) => path && !its.dev && !its.optional && !its.devOptional && !its.link,
);

const parent = mkdtempSync(join(tmpdir(), 'sbom-'));
try {
  // npm calls the project what its folder is called.
  const folder = join(parent, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify(project));
  const packagesShipped = { '': project, ...Object.fromEntries(shipped) };
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ ...lock, packages: packagesShipped }));
  const parameters = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only'];
  execFileSync('npm', parameters, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
} finally {
  rmSync(parent, { recursive: true });
}
