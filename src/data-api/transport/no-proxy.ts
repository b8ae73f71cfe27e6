import { BlockList, isIP } from 'node:net';

/**
 * The addresses and networks (CIDR) of `NO_PROXY`, such as `127.0.0.0/8`. undici reads everything
 * else in it: names, `.example.com`, `*`, ports.
 */
export class NoProxyNetworks {
  private readonly networks = new BlockList();

  constructor(noProxy: string) {
    for (const entry of noProxy.split(/[\s,]+/)) this.add(entry.replace(/^\[(.*)\]/, '$1'));
  }

  /** Whether the host of this origin is an address in one of them. */
  include(origin: string): boolean {
    const host = new URL(origin).hostname.replace(/^\[(.*)\]$/, '$1');
    const family = isIP(host);
    return family !== 0 && this.networks.check(host, typeOf(family));
  }

  private add(entry: string): void {
    const [address = '', bits] = entry.split('/');
    const family = isIP(address);
    if (family === 0) return;
    const all = family === 4 ? 32 : 128;
    const prefix = bits === undefined ? all : Number(bits);
    if (!Number.isInteger(prefix) || bits === '' || prefix < 0 || prefix > all) return;
    this.networks.addSubnet(address, prefix, typeOf(family));
  }
}

const typeOf = (family: number) => (family === 4 ? 'ipv4' : 'ipv6');
