import { Cron, CronExpression, Interval, Timeout } from '@nestjs/schedule';
import { readScheduleDeclarations } from './schedule-metadata.js';

class Decorated {
  @Interval(5_000)
  interval(): void {}

  @Interval('with a name', 6_000)
  namedInterval(): void {}

  @Cron(CronExpression.EVERY_DAY_AT_3AM)
  cron(): void {}

  @Cron('0 3 * * *', { name: 'nightly', timeZone: 'Europe/Berlin', disabled: true, waitForCompletion: true })
  cronWithOptions(): void {}

  @Cron('0 3 * * *', { utcOffset: -300 })
  cronWithOffset(): void {}

  @Cron(new Date(0))
  once(): void {}

  @Timeout(1_000)
  timeout(): void {}

  @Interval(1_000)
  @Cron('0 3 * * *')
  both(): void {}

  @Cron('0 3 * * *', { name: 'night' })
  @Cron('0 15 * * *')
  twice(): void {}

  none(): void {}
}

const declarationsOn = (method: keyof Decorated) => readScheduleDeclarations(Decorated.prototype[method]);

describe('readScheduleDeclarations reads the decorators of @nestjs/schedule', () => {
  it.each([
    ['interval', [{ decorator: '@Interval', milliseconds: 5_000 }]],
    ['namedInterval', [{ decorator: '@Interval', milliseconds: 6_000 }]],
    ['cron', [{ decorator: '@Cron', time: '0 03 * * *', options: {} }]],
    [
      'cronWithOptions',
      [
        {
          decorator: '@Cron',
          time: '0 3 * * *',
          options: { name: 'nightly', timeZone: 'Europe/Berlin', disabled: true, waitForCompletion: true },
        },
      ],
    ],
    ['cronWithOffset', [{ decorator: '@Cron', time: '0 3 * * *', options: { utcOffset: -300 } }]],
    ['once', [{ decorator: '@Cron', time: new Date(0), options: {} }]],
    ['timeout', [{ decorator: '@Timeout' }]],
    ['none', []],
  ] as const)('%s', (method, declarations) => {
    expect(declarationsOn(method)).toEqual(declarations);
  });

  it('sees those that another one of its kind replaces', () => {
    expect(declarationsOn('twice')).toEqual([
      { decorator: '@Cron', time: '0 15 * * *', options: {} },
      { decorator: '@Cron', time: '0 3 * * *', options: { name: 'night' } },
    ]);
  });

  it('sees several of them on one method', () => {
    expect(declarationsOn('both').map(({ decorator }) => decorator)).toEqual(['@Interval', '@Cron']);
  });
});
