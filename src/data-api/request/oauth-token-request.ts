import * as oauth from 'openid-client';
import type { OAuthSettings } from '../../config/settings.js';
import { AttemptError } from '../policy/attempt.error.js';
import type { HttpAnswer } from './http-request.js';
import type { HttpTransport } from '../transport/http-transport.js';

const TOO_MANY = 429;

export interface FetchedToken {
  readonly accessToken: string;
  /** Infinity where the server does not say. */
  readonly lifetimeMs: number;
}

/**
 * Asks the token endpoint once, over the worker's own transport.
 *
 * Rejects with an `AttemptError`: `no credentials` where it refuses them, `no token` where another
 * attempt may help.
 */
export async function fetchToken(
  { tokenUrl, clientId, clientSecret, scope }: OAuthSettings,
  timeout: number,
  transport: HttpTransport,
): Promise<FetchedToken> {
  let answer: HttpAnswer | undefined;
  const server = { issuer: tokenUrl, token_endpoint: tokenUrl };
  const client = new oauth.Configuration(server, clientId, undefined, oauth.ClientSecretBasic(clientSecret));
  client.timeout = timeout / 1_000;
  // Of plain http beyond loopback the start warns.
  oauth.allowInsecureRequests(client);
  client[oauth.customFetch] = async (url, { method, headers, body }) => {
    const { origin, pathname, search } = new URL(url);
    answer = await transport.send({
      method,
      origin,
      target: pathname + search,
      headers: Object.fromEntries(new Headers(headers)),
      body: body instanceof URLSearchParams ? body.toString() : null,
      timeout,
      signal: undefined,
      retry: undefined,
    });
    return responseOf(answer);
  };
  try {
    const token = await oauth.clientCredentialsGrant(client, scope === undefined ? {} : { scope });
    const seconds = token.expiresIn() ?? Infinity;
    return { accessToken: token.access_token, lifetimeMs: seconds * 1_000 };
  } catch (error) {
    throw failure(tokenUrl, error, answer);
  }
}

function responseOf({ status, headers, body }: HttpAnswer): Response {
  const named = Object.entries(headers).map(([name, value]): [string, string] => [name, [value].flat().join(', ')]);
  return new Response(body.length > 0 ? new Uint8Array(body) : null, { status, headers: named });
}

function failure(tokenUrl: string, error: unknown, answer: HttpAnswer | undefined): AttemptError {
  const options = { cause: error };
  const where = `the token endpoint ${tokenUrl}`;
  if (!answer)
    return new AttemptError('no token', `${where} cannot be reached: ${messageOf(error)}`, undefined, options);
  const { status } = answer;
  if (status >= 500 || status === TOO_MANY) {
    return new AttemptError('no token', `${where} answered ${status}`, undefined, options);
  }
  const { error: code } = error as { error?: unknown };
  const said = typeof code === 'string' ? ` (${code.slice(0, 80)})` : '';
  const what = status >= 400 ? `answered ${status}${said}` : `answered ${status} without a usable token`;
  return new AttemptError('no credentials', `${where} ${what}`, undefined, options);
}

/** The innermost: openid-client wraps what its fetch has thrown. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && !(error instanceof AttemptError) ? messageOf(error.cause) : error.message;
}
