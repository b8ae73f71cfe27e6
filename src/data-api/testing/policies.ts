import { loadSettings } from '../../config/load-settings.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { UpstreamPolicies } from '../policy/upstream-policy.js';

export function policies(
  environment: Readonly<Record<string, string>> = {},
  events = new WorkerEvents(),
): UpstreamPolicies {
  return new UpstreamPolicies(loadSettings({ DATA_API_URL: 'http://127.0.0.1', ...environment }), events);
}
