import { secretOf } from '../../config/api-credentials.js';
import type { ApiCredentials, ApiSettings } from '../../config/settings.js';
import type { HttpTransport } from '../transport/http-transport.js';
import type { HttpRequest, RenewableCredentials } from './http-request.js';
import { OAuthCredentials } from './oauth-credentials.js';

type Proof = Readonly<Record<string, string>>;

/** Where an API is, and what every request to it carries. */
export class DataApiAddress {
  readonly origin: string;
  /** The path of the base URL, without a trailing slash. */
  readonly prefix: string;
  /** One attempt, in milliseconds. */
  readonly timeout: number;
  /** The headers that authenticate: for requests to `origin` only. */
  readonly proof: Proof;
  /** All headers of a request, those of `proof` among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** In place of `proof`: for requests to `origin` only. */
  readonly credentials: RenewableCredentials | undefined;
  /** The same for each request. */
  readonly common: Pick<HttpRequest, 'origin' | 'credentials' | 'secret' | 'api'>;

  constructor(api: ApiSettings, transport: HttpTransport) {
    const { url, timeout, credentials } = api;
    const { origin, pathname } = new URL(url);
    this.origin = origin;
    this.prefix = pathname.replace(/\/+$/, '');
    this.timeout = timeout;
    this.proof = proofOf(credentials);
    this.headers = { accept: 'application/json', 'user-agent': 'task-worker', ...this.proof };
    if (credentials?.kind === 'oauth') this.credentials = new OAuthCredentials(credentials, timeout, transport);
    this.common = { origin, credentials: this.credentials, secret: secretOf(api), api };
  }
}

function proofOf(credentials: ApiCredentials | undefined): Proof {
  switch (credentials?.kind) {
    case 'token': {
      const { header, token } = credentials;
      return header === undefined ? { authorization: `Bearer ${token}` } : { [header.toLowerCase()]: token };
    }
    case 'basic': {
      const { username, password } = credentials;
      return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
    }
    default:
      return {};
  }
}
