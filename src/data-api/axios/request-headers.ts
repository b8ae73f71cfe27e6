import type { InternalAxiosRequestConfig } from 'axios';

/** What axios says of every POST, also of one without a body. */
const TYPE_OF_NOTHING = 'application/x-www-form-urlencoded';

/**
 * The headers of a request but those of its body: names in lower case. A header that the caller
 * sets to null or false is not sent, nor is its default.
 *
 * @param credentials `user:password` of the URL, which those of `auth` replace.
 */
export function requestHeaders(
  config: InternalAxiosRequestConfig,
  credentials: string | undefined,
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(config.headers.toJSON())) {
    const key = name.toLowerCase();
    headers[key] = Array.isArray(value) ? value.join(key === 'cookie' ? '; ' : ', ') : String(value);
  }
  if (isUnset(config, 'user-agent')) headers['user-agent'] = 'task-worker';
  if (isUnset(config, 'accept-encoding') && config.method?.toLowerCase() === 'get') {
    headers['accept-encoding'] = config.transitional?.advertiseZstdAcceptEncoding ? 'gzip, br, zstd' : 'gzip, br';
  }
  const basic = config.auth ? `${config.auth.username || ''}:${config.auth.password || ''}` : credentials;
  if (basic !== undefined) headers['authorization'] = `Basic ${Buffer.from(basic).toString('base64')}`;
  return headers;
}

/** Whether the caller has said nothing about this header, not even that it shall not be sent. */
export function isUnset({ headers }: InternalAxiosRequestConfig, name: string): boolean {
  return headers.get(name) === undefined;
}

/** Without what axios alone says about a body that there is not. */
export function withoutBody({ 'content-type': type, ...others }: Record<string, string>): Record<string, string> {
  return type === undefined || type === TYPE_OF_NOTHING ? others : { ...others, 'content-type': type };
}
