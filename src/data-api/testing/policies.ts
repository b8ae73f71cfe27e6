import { loadSettings } from '../../config/load-settings.js';
import { HostPolicies } from '../policy/host-policies.js';

export function policies(environment: Readonly<Record<string, string>> = {}): HostPolicies {
  return new HostPolicies(loadSettings({ DATA_API_URL: 'http://127.0.0.1', ...environment }));
}
