import axios, { AxiosError, type InternalAxiosRequestConfig } from 'axios';

/** `URL` resolves them, and an id of `..` would lead to another path. */
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

export interface RequestedUrl {
  readonly origin: string;
  /** Path and query. */
  readonly target: string;
  /** `user:password`, decoded, where the URL has them. */
  readonly credentials: string | undefined;
}

/** @throws AxiosError for what is not an absolute http(s) URL, or would not arrive as it reads. */
export function requestedUrl(config: InternalAxiosRequestConfig): RequestedUrl {
  const uri = fullUri(config);
  if (DOT_SEGMENT.test(pathAsParsed(uri))) {
    throw invalid('has dot segments in its path; encode ids with encodeURIComponent, and refuse . and ..', config);
  }
  const url = URL.parse(uri);
  if (!url) throw invalid('is not an absolute URL', config);
  if (!/^https?:$/.test(url.protocol)) {
    throw new AxiosError(`Unsupported protocol ${url.protocol}`, AxiosError.ERR_BAD_REQUEST, config);
  }
  return { origin: url.origin, target: targetOf(url, config), credentials: credentialsOf(url) };
}

function fullUri(config: InternalAxiosRequestConfig): string {
  const { baseURL = '', url = '' } = config;
  // What getUri comes to for most requests, without merging the whole configuration a second time.
  const isPlain = /^\/(?!\/)/.test(url) && /[^/]$/.test(baseURL);
  return isPlain ? baseURL + url : axios.getUri({ ...config, params: null });
}

/** As the parser of `URL` sees it: without tabs and line breaks, and with `\` for `/`. */
function pathAsParsed(uri: string): string {
  const trimmed = uri.replace(/[\t\n\r]/g, '').replace(/^[\0-\x20]+|[\0-\x20]+$/g, '');
  return (trimmed.split(/[?#]/, 1)[0] ?? '').replaceAll('\\', '/');
}

function targetOf({ pathname, search }: URL, config: InternalAxiosRequestConfig): string {
  const path = pathname + search;
  return config.params ? axios.getUri({ ...config, baseURL: '', url: path }) : path;
}

function credentialsOf({ username, password }: URL): string | undefined {
  return username || password ? `${decode(username)}:${decode(password)}` : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function invalid(problem: string, config: InternalAxiosRequestConfig): AxiosError {
  return new AxiosError(`The URL ${problem}. Nothing was sent`, AxiosError.ERR_INVALID_URL, config);
}
