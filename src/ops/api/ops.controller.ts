import { applyDecorators, Controller, UseGuards, UseInterceptors } from '@nestjs/common';
import { AccessGuard } from '../access/access.guard.js';
import { NoStoreInterceptor } from './no-store.interceptor.js';

/** A controller of the ops API: guarded, and cached by nobody. */
// eslint-disable-next-line @typescript-eslint/naming-convention -- a decorator is named like a type
export function OpsController(path: string): ClassDecorator {
  return applyDecorators(Controller(`api/v1/${path}`), UseGuards(AccessGuard), UseInterceptors(NoStoreInterceptor));
}
