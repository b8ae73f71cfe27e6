import type { OAuthSettings } from '../../config/settings.js';
import type { HttpTransport } from '../transport/http-transport.js';
import { AbortWatch } from '../waiting/abort-watch.js';
import { sleep } from '../waiting/sleep.js';
import type { RenewableCredentials } from './http-request.js';

/** Renewed this long before its end, or when nine tenths of its time are over. */
const RENEWED_BEFORE_END_MS = 60_000;
const MAX_USED_SHARE = 0.9;
/** After a renewal that failed while the token is still good. */
const PAUSE_AFTER_FAILURE_MS = 5_000;
/** All who waited for a token that could not be fetched come back for it at once. */
const PAUSE_WITHOUT_TOKEN_MS = 1_000;

interface AccessToken {
  readonly header: string;
  readonly endsAt: number;
  renewAt: number;
}

/**
 * An access token for client credentials (RFC 6749 §4.4): fetched with the first request, once for
 * all who wait; renewed while the old one is still good; fetched anew after a 401.
 */
export class OAuthCredentials implements RenewableCredentials {
  private token: AccessToken | undefined;
  private pending: Promise<AccessToken> | undefined;
  private nextFetchAt = 0;

  constructor(
    private readonly settings: OAuthSettings,
    private readonly timeout: number,
    private readonly transport: HttpTransport,
  ) {}

  authorization(signal: AbortSignal | undefined): string | Promise<string> {
    const now = performance.now();
    const { token } = this;
    if (token && now < token.renewAt) return token.header;
    const renewed = this.renew();
    if (!token || now >= token.endsAt) return untilAborted(renewed, signal).then(({ header }) => header);
    renewed.catch(() => (token.renewAt = performance.now() + PAUSE_AFTER_FAILURE_MS));
    return token.header;
  }

  reject(header: string): void {
    if (this.token?.header === header) this.token = undefined;
  }

  private renew(): Promise<AccessToken> {
    this.pending ??= this.fetchInTime().finally(() => (this.pending = undefined));
    return this.pending;
  }

  private async fetchInTime(): Promise<AccessToken> {
    const wait = this.nextFetchAt - performance.now();
    if (wait > 0) await sleep(wait, undefined);
    try {
      return await this.fetch();
    } catch (error) {
      this.nextFetchAt = performance.now() + PAUSE_WITHOUT_TOKEN_MS;
      throw error;
    }
  }

  private async fetch(): Promise<AccessToken> {
    const { fetchToken } = await import('./oauth-token-request.js');
    const { accessToken, lifetimeMs } = await fetchToken(this.settings, this.timeout, this.transport);
    const now = performance.now();
    const usedMs = Math.max(lifetimeMs - RENEWED_BEFORE_END_MS, lifetimeMs * MAX_USED_SHARE);
    this.token = { header: `Bearer ${accessToken}`, renewAt: now + usedMs, endsAt: now + lifetimeMs };
    return this.token;
  }
}

/** The others who wait for it go on waiting. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const watch = new AbortWatch(signal, { onAbort: reject });
    void work.then(resolve, reject).finally(() => watch.end());
  });
}
