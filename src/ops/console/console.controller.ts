import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { Controller, Get, Param, Redirect, Req, Res } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { programFolder } from '../../config/program-folder.js';
import { AccessGuard } from '../access/access.guard.js';
import { Authentication } from '../access/authentication.js';
import type { OpsRequest } from '../access/caller.js';
import { OpsProblem } from '../api/problem.js';

/** Where `npm run build` puts the page. */
const FOLDER = join(programFolder(), 'dist', 'console');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
/** As the build names files: their contents never change. */
const ASSET = /^[\w.-]+\.(?:js|css|svg)$/;
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/** Serves the console: one page for all of its paths, and what it consists of. */
@Controller()
export class ConsoleController {
  constructor(
    private readonly guard: AccessGuard,
    private readonly authentication: Authentication,
  ) {}

  @Get()
  @Redirect('/console', 302)
  root(): void {}

  @Get('console/assets/:file')
  async asset(@Param('file') file: string, @Req() request: OpsRequest, @Res() response: ServerResponse): Promise<void> {
    this.checkAccess(request);
    if (!ASSET.test(file)) throw notFound();
    await this.send(response, join('assets', file), 'public, max-age=31536000, immutable');
  }

  @Get(['console', 'console/*path'])
  async page(@Req() request: OpsRequest, @Res() response: ServerResponse): Promise<void> {
    this.checkAccess(request);
    await this.send(response, 'index.html', 'no-store');
  }

  /** The page holds no secret, but where nobody can log in there is nothing to show. */
  private checkAccess(request: OpsRequest): void {
    this.guard.checkHost(request);
    this.authentication.checkOpen('The console');
  }

  private async send(response: ServerResponse, file: string, caching: string): Promise<void> {
    const contents = await readFile(join(FOLDER, file)).catch(() => {
      throw notFound();
    });
    response.writeHead(200, {
      'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
      'Content-Length': contents.length,
      'Cache-Control': caching,
      'Content-Security-Policy': POLICY,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
    });
    response.end(contents);
  }
}

function notFound(): OpsProblem {
  return new OpsProblem(404, 'NO_SUCH_FILE', 'There is no such file; `npm run build` makes the console.');
}
