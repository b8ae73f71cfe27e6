import { Get, Header } from '@nestjs/common';
import { programVersion } from '../../config/program-folder.js';
import { OpsController } from './ops.controller.js';
import { openApiDocument, ROUTES } from './openapi.document.js';

@OpsController('')
export class OpenApiController {
  @Get('openapi.json')
  document(): unknown {
    return openApiDocument(programVersion());
  }

  /** The same to read: every operation with what it does. */
  @Get('docs')
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'")
  page(): string {
    const rows = ROUTES.map(
      ({ method, path, summary }) => `<tr><td><code>${method.toUpperCase()} /api/v1${path}</code><td>${summary}`,
    );
    return [
      '<!doctype html><html lang="en"><meta charset="utf-8"><title>Ops API</title><h1>Ops API</h1>',
      '<p>Send <code>Authorization: Bearer</code> with the ops token. Parameters, bodies and answers: ',
      '<a href="/api/v1/openapi.json">openapi.json</a>.</p><table>',
      ...rows,
      '</table></html>',
    ].join('\n');
  }
}
