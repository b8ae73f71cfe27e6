import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { marked, type Token, type Tokens } from 'marked';
import { ROOT } from '../built-program.ts';

/** What a comment above a code block says about it, such as `<!-- not run: installs -->`. */
interface Mark {
  readonly kind: 'not run' | 'continues' | 'exit' | 'output';
  readonly text: string;
}

export interface CodeBlock {
  readonly document: string;
  /** Line of the first line of code. */
  readonly line: number;
  readonly language: string;
  readonly code: string;
  readonly marks: readonly Mark[];
}

export interface Document {
  /** Path in the repository. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly CodeBlock[];
  /** Addresses of links and images, as written. */
  readonly links: readonly string[];
  /** What a `#fragment` can name, as GitHub makes it of the headings. */
  readonly anchors: ReadonlySet<string>;
}

const MARK = /<!-- (not run|continues|exit|output)(?:: (.+?))? -->/g;

/** README and everything in `docs`. */
export function documents(): Document[] {
  const paths = ['*.md', 'docs/**/*.md', 'bench/README.md'].flatMap((pattern) => globSync(pattern, { cwd: ROOT }));
  return paths.sort().map((path) => read(path));
}

export function read(path: string): Document {
  return parse(path, readFileSync(join(ROOT, path), 'utf8'));
}

export function parse(path: string, text: string): Document {
  const tokens = marked.lexer(text);
  return { path, text, blocks: codeBlocks(path, tokens), links: links(tokens), anchors: anchors(tokens) };
}

function codeBlocks(document: string, tokens: readonly Token[]): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let line = 1;
  let marks: Mark[] = [];
  for (const token of tokens) {
    if (token.type === 'code' && token.raw.startsWith('```')) {
      const { lang = '', text: code } = token as Tokens.Code;
      blocks.push({ document, line: line + 1, language: lang, code, marks });
    }
    // A mark belongs to the block right below it.
    if (token.type !== 'space') marks = token.type === 'html' ? marksOf(token.raw) : [];
    line += token.raw.split('\n').length - 1;
  }
  return blocks;
}

function marksOf(comment: string): Mark[] {
  return [...comment.matchAll(MARK)].map(([, kind, text = '']) => ({ kind: kind as Mark['kind'], text }));
}

function links(tokens: readonly Token[]): string[] {
  const found: string[] = [];
  void marked.walkTokens([...tokens], (token) => {
    if (token.type === 'link' || token.type === 'image') found.push((token as Tokens.Link).href);
    if (token.type === 'html') found.push(...[...token.raw.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url!));
  });
  return found;
}

function anchors(tokens: readonly Token[]): Set<string> {
  const headings = tokens.filter((token): token is Tokens.Heading => token.type === 'heading');
  const slug = ({ text }: Tokens.Heading) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
  return new Set(headings.map(slug));
}
