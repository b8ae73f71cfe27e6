import type { ApiSettings, WorkerSettings } from '../../config/settings.js';

/** The API of this origin; the Data API for one that has no settings. */
export function apiAt({ dataApi, apis }: WorkerSettings, origin: string): ApiSettings {
  return [dataApi, ...apis].find(({ url }) => new URL(url).origin === origin) ?? dataApi;
}
