import { getEventListeners } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type AbortListener, AbortWatch } from './abort-watch.js';

const listenersOf = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

function recorder() {
  const told: [string, unknown][] = [];
  return { told, named: (name: string): AbortListener => ({ onAbort: (reason) => told.push([name, reason]) }) };
}

describe('AbortWatch', () => {
  it('tells everyone the reason, in the order in which they came, and but once', () => {
    const { told, named } = recorder();
    const abort = new AbortController();
    for (const name of ['a', 'b', 'c']) new AbortWatch(abort.signal, named(name));
    abort.abort('over');
    expect(told).toEqual([
      ['a', 'over'],
      ['b', 'over'],
      ['c', 'over'],
    ]);
    expect(listenersOf(abort.signal)).toBe(0);
  });

  it('does not tell who has left, also while the others are being told', () => {
    const { told, named } = recorder();
    const abort = new AbortController();
    const gone = new AbortWatch(abort.signal, named('gone'));
    new AbortWatch(abort.signal, { onAbort: () => leaving.end() });
    const leaving = new AbortWatch(abort.signal, named('leaving'));
    new AbortWatch(abort.signal, named('stays'));
    gone.end();
    abort.abort('over');
    expect(told).toEqual([['stays', 'over']]);
  });

  it('is one listener to the signal, whatever the number, and none when all have left', () => {
    const { named } = recorder();
    const { signal } = new AbortController();
    const watches = ['a', 'b', 'c'].map((name) => new AbortWatch(signal, named(name)));
    expect(listenersOf(signal)).toBe(1);
    for (const watch of [...watches, ...watches]) watch.end();
    expect(listenersOf(signal)).toBe(0);
    new AbortWatch(signal, named('d'));
    expect(listenersOf(signal)).toBe(1);
  });

  it('keeps signals apart', () => {
    const { told, named } = recorder();
    const [one, other] = [new AbortController(), new AbortController()];
    new AbortWatch(one.signal, named('one'));
    new AbortWatch(other.signal, named('other'));
    other.abort('over');
    expect(told).toEqual([['other', 'over']]);
  });

  it('does not keep what came after it, once it has ended', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const { signal } = new AbortController();
    const ended = new AbortWatch(signal, recorder().named('ended'));
    const later = [recorder().named('later')].map((listener) => ({
      watch: new AbortWatch(signal, listener),
      listener: new WeakRef(listener),
    }));
    new AbortWatch(signal, recorder().named('stays'));
    ended.end();
    later[0]?.watch.end();
    const [kept] = later.splice(0).map(({ listener }) => listener);
    await nextTurn();
    collect();
    expect(kept?.deref()).toBeUndefined();
    ended.end();
  });
});
