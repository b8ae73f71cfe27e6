import { LedgerUnusableError } from '../../runs/errors.js';
import { type LedgerProblem, ledgerUnavailable } from '../sql/ledger-unavailable.js';

/**
 * What becomes of a transaction that failed: `lost`: its connection broke; `anew`: another one was
 * in its way, and it may succeed when it begins again; `refused`: the server will not do it.
 */
type FailureKind = 'lost' | 'anew' | 'refused';

/** An error of the driver or the server, told apart from errors of whoever uses the ledger. */
export class PostgresFailure extends Error {
  override readonly name = 'PostgresFailure';
  /** SQLSTATE, an error code of the system, or empty. */
  readonly code: string;
  readonly kind: FailureKind;

  constructor(override readonly cause: Error) {
    super(cause.message || cause.name, { cause });
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
    this.code = code || codeWithin(cause);
    this.kind = kindOf(this.code, cause);
  }

  /** What the server keeps prepared for the connection may be what failed. */
  get endsConnection(): boolean {
    return this.kind === 'lost' || this.code === FEATURE_NOT_SUPPORTED;
  }

  static of(error: unknown): PostgresFailure {
    if (error instanceof PostgresFailure) return error;
    return new PostgresFailure(error instanceof Error ? error : new Error(String(error)));
  }
}

/** Several addresses of one host that all refuse come as one error without a code of its own. */
function codeWithin(error: Error): string {
  const [first] = error instanceof AggregateError ? (error.errors as { code?: string }[]) : [];
  return first?.code ?? '';
}

/** SQLSTATE (PostgreSQL, appendix A). */
const LOST = /^(?:08|57P0[1235]$|25P0[34]$)/;
const FEATURE_NOT_SUPPORTED = '0A000';
/** Deadlock, serialization, a row that another process was faster to insert. */
const ANEW = /^(?:40001|40P01|23505)$/;

function kindOf(code: string, { message }: Error): FailureKind {
  if (!/^[0-9A-Z]{5}$/.test(code) || LOST.test(code)) return 'lost';
  // Another version of the program has added a column: a prepared `select *` does not fit any more.
  const outdated = code === FEATURE_NOT_SUPPORTED && message.includes('cached plan');
  return ANEW.test(code) || outdated ? 'anew' : 'refused';
}

const GOES_ON = 'the worker goes on by itself';

const UNREACHABLE: LedgerProblem = {
  problem: 'cannot be reached',
  remedy: `Check that PostgreSQL runs there and lets this machine in; ${GOES_ON}`,
};

const BUSY: LedgerProblem = {
  problem: 'did not answer in time',
  remedy: `Look for long transactions and locks in pg_stat_activity; ${GOES_ON}`,
};

/** By the beginning of the code; what can go away by itself. */
const UNAVAILABLE: readonly (readonly [string, LedgerProblem])[] = [
  ['25006', { problem: 'can only be read', remedy: `Point DATABASE_URL at the primary server; ${GOES_ON}` }],
  ['53300', { problem: 'takes no more connections', remedy: `Raise max_connections or start fewer; ${GOES_ON}` }],
  ['53100', { problem: 'has no room: the disk of the server is full', remedy: `Free some space; ${GOES_ON}` }],
  ['53', { problem: 'has no resources left', remedy: `Look at the log of the server; ${GOES_ON}` }],
  ['57014', BUSY],
  ['55P03', BUSY],
  ['40', BUSY],
  ['XX', { problem: 'could not be read or written', remedy: 'Look at the log of the server, and restore a backup' }],
];

const CREDENTIALS: LedgerProblem = {
  problem: 'does not let this user in',
  remedy: 'Correct the user and the password in DATABASE_URL, or what pg_hba.conf of the server allows',
};

const RIGHTS: LedgerProblem = {
  problem: 'may not be used by this role',
  remedy: 'Run `worker migrate` as the role that owns the schema, and grant this one its rights (docs/operations.md)',
};

const TLS: LedgerProblem = {
  problem: 'cannot be reached by TLS as DATABASE_URL asks',
  remedy: 'Give the certificate of its authority as sslrootcert=FILE, or correct sslmode and host',
};

/** By the beginning of the code; where somebody has to change the configuration or the database. */
const UNUSABLE: readonly (readonly [string, LedgerProblem])[] = [
  ['28', CREDENTIALS],
  ['3D000', { problem: 'does not exist', remedy: 'Create the database, or correct its name in DATABASE_URL' }],
  ['42501', RIGHTS],
  ['3F000', RIGHTS],
];

const OF_TLS = /certificate|SSL|TLS|hostname\/IP/i;

/** In words for who has to mend it. Any other error than a failure is passed on as it is. */
export function explained(ledger: string, error: unknown): unknown {
  if (!(error instanceof PostgresFailure)) return error;
  const { code, kind, cause } = error;
  const unusable = find(UNUSABLE, code) ?? (kind === 'lost' && OF_TLS.test(cause.message) ? TLS : undefined);
  if (unusable) return unusableLedger(ledger, unusable, cause);
  const unavailable = kind === 'lost' ? UNREACHABLE : find(UNAVAILABLE, code);
  return ledgerUnavailable(
    ledger,
    unavailable ?? { problem: 'failed', remedy: 'Look at the log of the server' },
    cause,
  );
}

/** Nothing that waiting would mend: the process ends with the exit code of a bad configuration. */
export function unusableLedger(ledger: string, problem: LedgerProblem, cause?: Error): LedgerUnusableError {
  return new LedgerUnusableError(ledgerUnavailable(ledger, problem, cause).message, { cause });
}

function find(problems: readonly (readonly [string, LedgerProblem])[], code: string): LedgerProblem | undefined {
  return problems.find(([beginning]) => code.startsWith(beginning))?.[1];
}
