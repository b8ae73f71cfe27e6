import type { ExitCode } from '../process/exit-code.js';
import type { Application } from './application.js';
import type { LogDetail } from './worker-application.js';

type Act = (application: Application) => Promise<ExitCode> | ExitCode;

/** Gives a command the application, not checked and not open yet; closes it afterwards. */
export type Perform = (detail: LogDetail, act: Act) => Promise<void>;
