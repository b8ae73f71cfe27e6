import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder } from '../measure/folders.ts';
import { Front } from './front.ts';

const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

/** nginx with `limit_req`: `burst` is what stands after the zone, such as `burst=10 nodelay`. */
export function startNginx(upstream: string, perSecond: number, burst: string, status: number): Promise<Front> {
  return Front.start('nginx', (port) => {
    const folder = newFolder();
    const file = write(folder, [
      `daemon off; worker_processes 1; pid ${folder}/pid; error_log /dev/null crit;`,
      'events { worker_connections 512; }',
      'http {',
      ...TEMPORARY.map((name) => `  ${name}_temp_path ${folder}/${name};`),
      '  log_format statuses $status; access_log /dev/stdout statuses; keepalive_requests 1000000;',
      `  limit_req_zone $server_name zone=all:1m rate=${perSecond}r/s; limit_req_status ${status};`,
      `  upstream api { server ${new URL(upstream).host}; keepalive 64; }`,
      `  server { listen 127.0.0.1:${port}; server_name api;`,
      `    location / { limit_req zone=all ${burst}; proxy_pass http://api; proxy_http_version 1.1;`,
      "      proxy_set_header Connection ''; } } }",
    ]);
    return ['-c', file, '-p', folder];
  });
}

/** HAProxy with a stick table: 429 beyond so many requests in a period. */
export function startHaproxy(upstream: string, requests: number, periodMs: number): Promise<Front> {
  return Front.start('haproxy', (port) => [
    '-f',
    write(newFolder(), [
      'global',
      '  log stdout format raw local0',
      'defaults',
      '  mode http',
      '  log global',
      '  log-format "%ST"',
      '  timeout connect 5s',
      '  timeout client 60s',
      '  timeout server 60s',
      'frontend limited',
      `  bind 127.0.0.1:${port}`,
      `  stick-table type ip size 1k expire 60s store http_req_rate(${periodMs}ms)`,
      `  http-request deny deny_status 429 if { src_http_req_rate ge ${requests} }`,
      '  http-request track-sc0 src',
      '  default_backend api',
      'backend api',
      `  server api ${new URL(upstream).host}`,
      '',
    ]),
  ]);
}

function write(folder: string, lines: readonly string[]): string {
  const file = join(folder, 'front.conf');
  writeFileSync(file, lines.join('\n'));
  return file;
}
