/** Remembers an answer for `ttl` ms; all wait for the one being fetched. A failure is not kept. */
export class Cached<T> {
  private value: Promise<T> | undefined;
  private expiresAt = 0;

  constructor(
    private readonly ttl: number,
    private readonly fetch: () => Promise<T>,
  ) {}

  get(): Promise<T> {
    if (!this.value || performance.now() >= this.expiresAt) {
      this.expiresAt = performance.now() + this.ttl;
      this.value = this.fetch().catch((error: unknown) => {
        this.value = undefined;
        throw error;
      });
    }
    return this.value;
  }
}
