import { loadSettings } from '../../config/load-settings.js';
import { UpstreamPolicies } from '../policy/upstream-policies.js';

export function policies(environment: Readonly<Record<string, string>> = {}): UpstreamPolicies {
  return new UpstreamPolicies(loadSettings({ DATA_API_URL: 'http://127.0.0.1', ...environment }));
}
