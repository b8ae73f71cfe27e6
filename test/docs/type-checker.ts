import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../built-program.ts';
import type { CodeBlock } from './documents.ts';

/** A file that a document shows, made of its blocks. */
export interface ShownFile {
  /** Where it would be in the repository, from the comment on its first line. */
  readonly path: string;
  readonly code: string;
  /** For messages: where the code begins. */
  readonly document: string;
  readonly line: number;
}

const PATH_COMMENT = /^\/\/ (\S+\.ts)$/;

/** The files that the `ts` blocks of a document show. Throws for one without path and mark. */
export function shownFiles(blocks: readonly CodeBlock[]): ShownFile[] {
  const files: ShownFile[] = [];
  for (const { document, line, language, code, marks } of blocks) {
    if (language !== 'ts') continue;
    const last = files.at(-1);
    if (marks.some(({ kind }) => kind === 'continues') && last) {
      files[files.length - 1] = { ...last, code: `${last.code}\n${code}` };
      continue;
    }
    const path = PATH_COMMENT.exec(code.split('\n', 1)[0] ?? '')?.[1];
    if (!path)
      throw new TypeError(`${document}:${line} must begin with a comment that names its path, or continue one`);
    files.push({ path, code, document, line });
  }
  return files;
}

/** Checks shown files as if they were in the repository, with its own settings. */
export class TypeChecker {
  private readonly options: ts.CompilerOptions;
  private readonly sources = new Map<string, ts.SourceFile | undefined>();
  private previous: ts.Program | undefined;

  constructor() {
    const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path));
    this.options = ts.parseJsonConfigFileContent(config, ts.sys, ROOT).options;
  }

  /** The problems, each with its place in the document. */
  problems(files: readonly ShownFile[]): string[] {
    const shown = new Map(files.map((file) => [join(ROOT, file.path), file]));
    const host = this.host(shown);
    const program = ts.createProgram({
      rootNames: [...shown.keys()],
      options: this.options,
      host,
      ...(this.previous && { oldProgram: this.previous }),
    });
    this.previous = program;
    return [...shown].flatMap(([path, file]) => {
      const source = program.getSourceFile(path);
      const diagnostics = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
      return diagnostics.map((diagnostic) => describe(diagnostic, file));
    });
  }

  private host(shown: ReadonlyMap<string, ShownFile>): ts.CompilerHost {
    const host = ts.createCompilerHost(this.options);
    const folders = new Set([...shown.keys()].map((path) => dirname(path)));
    return {
      ...host,
      fileExists: (path) => shown.has(path) || host.fileExists(path),
      directoryExists: (path) => folders.has(path) || (host.directoryExists?.(path) ?? true),
      readFile: (path) => shown.get(path)?.code ?? host.readFile(path),
      getSourceFile: (path, version) => {
        const file = shown.get(path);
        if (file) return ts.createSourceFile(path, file.code, version, true);
        if (!this.sources.has(path)) this.sources.set(path, host.getSourceFile(path, version));
        return this.sources.get(path);
      },
    };
  }
}

function describe({ file, start = 0, messageText }: ts.Diagnostic, { document, line, path }: ShownFile): string {
  const message = ts.flattenDiagnosticMessageText(messageText, ' ');
  const inBlock = file ? file.getLineAndCharacterOfPosition(start).line : 0;
  return `${relative('.', document)}:${line + inBlock} (${path}): ${message}`;
}
