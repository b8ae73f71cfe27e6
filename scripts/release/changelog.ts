const UNRELEASED = '## [Unreleased]';

/** What `Unreleased` holds, without its heading; empty when there is nothing. */
export function unreleasedNotes(changelog: string): string {
  const start = changelog.indexOf(UNRELEASED);
  if (start === -1) throw new Error(`CHANGELOG.md has no section ${UNRELEASED}`);
  const rest = changelog.slice(start + UNRELEASED.length);
  const end = rest.search(/^## \[/m);
  return (end === -1 ? rest : rest.slice(0, end)).trim();
}

/** The changelog in which what was unreleased is that version, above an empty `Unreleased`. */
export function withRelease(changelog: string, version: string, date: string): string {
  return changelog.replace(UNRELEASED, `${UNRELEASED}\n\n## [${version}] - ${date}`);
}
