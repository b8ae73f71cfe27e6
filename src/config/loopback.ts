import { isIPv6 } from 'node:net';

/** Whether a host name or address means this machine alone. Brackets around IPv6 are allowed. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '');
  if (isIPv6(name)) return name === '::1' || name.startsWith('::ffff:127.') || name.startsWith('::ffff:7f');
  return name === 'localhost' || name.endsWith('.localhost') || /^127(?:\.\d{1,3}){3}$/.test(name);
}
