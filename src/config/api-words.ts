import type { ApiSettings } from './settings.js';

/** An API as messages call it. */
export function apiTitle(name: string): string {
  return name === 'data' ? 'Data API' : `API ${name}`;
}

/** What to check where an API, or the token endpoint of its client credentials, refuses them. */
export function credentialAdvice({ prefix, credentials }: Pick<ApiSettings, 'prefix' | 'credentials'>): string {
  switch (credentials?.kind) {
    case 'oauth':
      return `Check ${prefix}OAUTH_CLIENT_ID, ${prefix}OAUTH_CLIENT_SECRET and ${prefix}OAUTH_SCOPE`;
    case 'basic':
      return `Check ${prefix}USERNAME and ${prefix}PASSWORD, and what they are allowed to do`;
    default:
      return `Check ${prefix}TOKEN and what it is allowed to do`;
  }
}
