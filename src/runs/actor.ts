/** Who asked for something. Its JSON form is part of the contract. */
export interface Actor {
  /** As given at login or by `--as`; on the command line by default the system user. */
  readonly name: string;
  readonly role: 'operator' | 'viewer';
  readonly via: 'cli' | 'api' | 'console';
}
