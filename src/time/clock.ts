import { Injectable } from '@nestjs/common';

/** Wall clock time. A class of its own so that tests can move it. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }
}
