import { AxiosError, type InternalAxiosRequestConfig } from 'axios';

const CONNECTIONS = 'the worker keeps the connections itself';
const PROGRESS = 'bodies are sent and read as a whole';
const REDIRECTS = 'redirects are not followed; ask for the final address';

/** Options of axios that would have no effect here, and why or what to do instead. */
const UNSUPPORTED: readonly (readonly [keyof InternalAxiosRequestConfig, string])[] = [
  ['socketPath', 'requests go over TCP; give a URL'],
  ['httpAgent', CONNECTIONS],
  ['httpsAgent', CONNECTIONS],
  ['transport', CONNECTIONS],
  ['lookup', CONNECTIONS],
  ['family', CONNECTIONS],
  ['proxy', 'name the proxy of all requests in HTTP_PROXY, HTTPS_PROXY and NO_PROXY'],
  ['insecureHTTPParser', 'what violates HTTP is refused'],
  ['maxRate', PROGRESS],
  ['onUploadProgress', PROGRESS],
  ['onDownloadProgress', PROGRESS],
  ['maxRedirects', REDIRECTS],
  ['beforeRedirect', REDIRECTS],
];

/**
 * @throws AxiosError `ERR_NOT_SUPPORT` for the first option that would have no effect. `proxied`:
 * the environment names a proxy, which `proxy: false` would not keep out.
 */
export function refuseUnsupported(config: InternalAxiosRequestConfig, proxied: boolean): void {
  for (const [option, reason] of UNSUPPORTED) {
    if (config[option] && config[option] !== false) refuse(option, reason, config);
  }
  if (config.proxy === false && proxied) refuse('proxy: false', 'list the host in NO_PROXY', config);
  if (config.decompress === false)
    refuse('decompress: false', 'answers are decoded; ask for responseType arraybuffer', config);
  if (config.responseType === 'stream') refuse('responseType: stream', `${PROGRESS}; take arraybuffer`, config);
  if (Number(config.httpVersion ?? 1) !== 1) refuse('httpVersion', 'requests go over HTTP/1.1', config);
}

/** @throws AxiosError `ERR_NOT_SUPPORT` */
export function refuse(option: string, reason: string, config: InternalAxiosRequestConfig): never {
  throw new AxiosError(
    `HttpService does not support ${option}: ${reason}. Nothing was sent`,
    AxiosError.ERR_NOT_SUPPORT,
    config,
  );
}
