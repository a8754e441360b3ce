import { LockManager, StatsRegistry } from 'lockmeter';
import { lockHandler, lockRoute, serialize } from 'lockmeter/express';

type Bad = Record<string, unknown>;

const manager = new LockManager({ stats: new StatsRegistry() });

const makers: [string, (options: Bad) => unknown][] = [
  ['lockRoute', (options) => lockRoute('/checkout', options)],
  ['serialize', (options) => serialize('checkout', options)],
  ['lockHandler', (options) => lockHandler('checkout', () => undefined, options)],
];

const common: [Bad, typeof TypeError | typeof RangeError, string][] = [
  [{ key: 'sku' }, TypeError, 'key must be a function, got "sku"'],
  [{ skip: true }, TypeError, 'skip must be a function, got true'],
  [{ handler: {} }, TypeError, 'handler must be a function, got [object Object]'],
  [{ timeout: '5s' }, TypeError, 'timeout must be a number of milliseconds, got "5s"'],
  [{ timeout: -1 }, RangeError, 'timeout must be from 0 to 2147483647 ms, or Infinity, got -1'],
  [{ maxQueue: -1 }, RangeError, 'maxQueue must be a whole number from 0, or Infinity, got -1'],
  [{ mode: 'try' }, TypeError, 'mode must be "wait" or "reject", got "try"'],
  [{ statusCode: '503' }, TypeError, 'statusCode must be a number, got "503"'],
  [{ statusCode: 200 }, RangeError, 'statusCode must be a whole number from 400 to 599, got 200'],
  [{ methods: 'POST' }, TypeError, 'methods must be an array of strings, got "POST"'],
  [{ methods: [] }, RangeError, 'methods must not be empty, got []'],
  [{ methods: [7] }, TypeError, 'methods must be an array of strings, got 7 in it'],
  [{ methods: ['PSOT'] }, RangeError, 'methods must have HTTP methods only, got "PSOT"'],
  [{ methods: ['OPTIONS'] }, RangeError, 'methods must not have "OPTIONS": a preflight is never locked'],
  [{ manager: null }, TypeError, 'manager must be a LockManager, got null'],
];

describe.each(makers)('%s', (_name, make) => {
  test.each(common)('%j', (options, type, message) => {
    const attempt = () => make({ manager, ...options });
    expect(attempt).toThrow(type);
    expect(attempt).toThrow(message);
  });

  test('options that are no object', () => {
    expect(() => make('fast' as unknown as Bad)).toThrow(new TypeError('options must be an object, got "fast"'));
  });
});

describe.each(makers.slice(0, 2))('%s', (_name, make) => {
  test.each<[Bad, typeof TypeError | typeof RangeError, string]>([
    [{ onDisconnect: 'stay' }, TypeError, 'onDisconnect must be "hold" or "release", got "stay"'],
    [{ disconnectGrace: '1s' }, TypeError, 'disconnectGrace must be a number of milliseconds, got "1s"'],
    [{ disconnectGrace: -5 }, RangeError, 'disconnectGrace must be from 0 to 2147483647 ms, or Infinity, got -5'],
  ])('%j', (options, type, message) => {
    const attempt = () => make({ manager, ...options });
    expect(attempt).toThrow(type);
    expect(attempt).toThrow(message);
  });
});

test('names', () => {
  expect(() => serialize('', { manager })).toThrow(new TypeError('name must not be empty'));
  expect(() => lockHandler(7 as unknown as string, () => undefined)).toThrow('name must be a string, got 7');
  expect(() => lockRoute('/x', { name: '' })).toThrow(new TypeError('name must not be empty'));
  const nameless = new TypeError('name must be a string when path is a RegExp or an array, got undefined');
  expect(() => lockRoute(/x/, { manager })).toThrow(nameless);
  expect(() => lockRoute(['/x', '/y'], { manager })).toThrow(nameless);
});

test('a path that is none', () => {
  for (const [path, shown] of [
    [7, '7'],
    [[], '[object Array]'],
    [['/x', 7], '[object Array]'],
    [undefined, 'undefined'],
  ]) {
    const attempt = () => lockRoute(path as string, { manager, name: 'x' });
    expect(attempt).toThrow(new TypeError(`path must be a string, a RegExp or an array of them, got ${shown}`));
  }
});

test.each([
  ['checkout', '/checkout'],
  ['orders/:id', '/orders/:id'],
  [':id', '/:id'],
  [['/ok', 'orders'], '/orders'],
])('a path without its slash never matches: %j', (path, meant) => {
  expect(() => lockRoute(path, { manager, name: 'x' })).toThrow(
    new TypeError(`path must begin with "/", or it never matches: did you mean "${meant}"?`),
  );
});

describe('a name that no option has', () => {
  test.each(makers)('%s', (_name, make) => {
    expect(() => make({ manager, keys: () => 'x' })).toThrow(
      new TypeError('unknown option "keys": did you mean "key"?'),
    );
    expect(() => make({ manager, timeOut: 5 })).toThrow('unknown option "timeOut": did you mean "timeout"?');
  });

  test('is also that of another function', () => {
    expect(() => make('lockHandler', { disconnectGrace: 5 })).toThrow(
      'unknown option "disconnectGrace": known are key,',
    );
    expect(() => make('serialize', { mergeParams: true })).toThrow('unknown option "mergeParams": known are key,');
    expect(() => make('lockRoute', { onDisconect: 'hold' })).toThrow(
      'unknown option "onDisconect": did you mean "onDisconnect"?',
    );
  });

  const make = (name: string, options: Bad) => makers.find(([each]) => each === name)![1](options);
});

test.each(['caseSensitive', 'strict', 'mergeParams'])('%s is true or false', (flag) => {
  expect(() => lockRoute('/x', { manager, [flag]: 'no' })).toThrow(
    new TypeError(`${flag} must be true or false, got "no"`),
  );
});

test('null is no name', () => {
  expect(() => lockRoute('/x', { manager, name: null as never })).toThrow(
    new TypeError('name must be a string, got null'),
  );
});

test('a handler that is none', () => {
  expect(() => lockHandler('x', 'pay' as never, { manager })).toThrow(
    new TypeError('handler must be a function, got "pay"'),
  );
});

test('a mistake takes nothing and counts nothing', () => {
  expect(() => serialize('untouched', { manager, timeout: -1 })).toThrow(RangeError);
  expect(manager.snapshot().locks).toEqual([]);
});
