/** `NotificationResponse` of PostgreSQL's protocol. */
const NOTIFICATION = 'A'.charCodeAt(0);

/** Takes the notifications out of what a server answers, as a pooler in transaction mode does. */
export class WithoutNotifications {
  /** So many did not get through. */
  dropped = 0;

  /** For one connection without TLS: whatever comes goes on but for them. */
  readonly filter = (): ((data: Buffer) => Buffer) => {
    let rest: Buffer = Buffer.alloc(0);
    return (data) => {
      rest = Buffer.concat([rest, data]);
      const passed: Buffer[] = [];
      while (rest.length >= 5 && rest.length > rest.readInt32BE(1)) {
        const end = 1 + rest.readInt32BE(1);
        if (rest[0] === NOTIFICATION) this.dropped++;
        else passed.push(rest.subarray(0, end));
        rest = rest.subarray(end);
      }
      return Buffer.concat(passed);
    };
  };
}
