import { type Context, ROOT_CONTEXT } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';

/** Code of a run is within the run's span, unless it has entered a span of its own. */
export class ActiveRunContextManager extends AsyncLocalStorageContextManager {
  constructor(private readonly ofRun: () => Context | undefined) {
    super();
  }

  override active(): Context {
    const entered = super.active();
    return entered === ROOT_CONTEXT ? (this.ofRun() ?? entered) : entered;
  }
}
