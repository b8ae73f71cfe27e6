const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
/** More than a worker talks to. Tasks may take addresses from data: all further ones are one. */
const MAX_ADDRESSES = 32;
const FURTHER_ADDRESSES = 'other';

/** The hosts of upstreams, as labels and attributes may show them: a closed set. */
export class ServerAddresses {
  /** By origin. */
  private readonly known = new Map<string, string>();

  /** `onNew`: is called once for each address. */
  constructor(private readonly onNew: (address: string) => void = () => undefined) {}

  of(origin: string): string {
    const known = this.known.get(origin);
    if (known !== undefined) return known;
    if (this.known.size >= MAX_ADDRESSES) return FURTHER_ADDRESSES;
    const address = URL.parse(origin)?.hostname ?? FURTHER_ADDRESSES;
    this.known.set(origin, address);
    this.onNew(address);
    return address;
  }
}

/** As OpenTelemetry's semantic conventions name a method that is not one of the common ones. */
export function methodLabel(method: string): string {
  return METHODS.includes(method) ? method : '_OTHER';
}
