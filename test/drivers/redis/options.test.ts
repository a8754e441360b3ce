/**
 * What the driver can be told, and what it says of mistakes, before anything connects.
 */
import { redisDriver } from 'lockmeter/redis';
import { checkRedisOptions, checkSource, commandTimeout } from '../../../src/drivers/redis/redis-options.js';

const url = 'redis://127.0.0.1:1';

test('what is not told has defaults', () => {
  expect(checkRedisOptions({ url })).toEqual({
    prefix: 'lm',
    lease: 15_000,
    handoffLease: 3_000,
    waiterTtl: 15_000,
    maxHold: Infinity,
    waitReplicas: undefined,
    quarantine: false,
    connectTimeout: 10_000,
  });
  expect(checkRedisOptions({ url, lease: 2_000 }).handoffLease).toBe(2_000);
});

test('a URL of Valkey is one of Redis to the clients', () => {
  expect(checkSource({ url: 'valkey://:p@x:1/2' })).toEqual({ url: 'redis://:p@x:1/2' });
  expect(checkSource({ url: 'valkeys://x' })).toEqual({ url: 'rediss://x' });
});

test('a command may take a third of the shorter lease, two seconds at most', () => {
  const pairs: [lease: number, handoffLease: number][] = [
    [1_200, 1_200],
    [15_000, 3_000],
    [60_000, 6_000],
    [60_000, 60_000],
  ];
  const times = pairs.map(([lease, handoffLease]) => commandTimeout({ lease, handoffLease }));
  expect(times).toEqual([400, 1_000, 2_000, 2_000]);
});

test.each([
  [undefined, TypeError, 'options must be an object, got undefined'],
  ['redis://:secret@x', TypeError, 'options must be an object, such as { url }, got a string'],
  [{}, TypeError, 'exactly one of client and url must be given, got neither'],
  [{ url, client: {} }, TypeError, 'exactly one of client and url must be given, got both'],
  [{ url: 'redis://x/abc' }, TypeError, 'url must end with the number of a database, or without any'],
  [{ url: '' }, TypeError, 'url must be a string that begins with redis:// or rediss://, got an empty one'],
  [
    { url: 'x:6379' },
    TypeError,
    'url must be a string that begins with redis:// or rediss://, got one without a protocol',
  ],
  [{ client: 7 }, TypeError, 'client must be a Redis client, got 7'],
  [{ client: 'redis://:secret@x' }, TypeError, /^client must be a Redis client, got a string$/],
  [{ client: new URL('redis://:secret@x') }, TypeError, /^client must be a Redis or a Cluster of ioredis/],
  [{ client: Promise.resolve({}) }, TypeError, /^client must be a Redis or a Cluster of ioredis/],
  [{ client: { host: '127.0.0.1' } }, TypeError, /^client must be a Redis or a Cluster of ioredis/],
  [{ client: {} }, TypeError, /^client must be a Redis or a Cluster of ioredis/],
  [{ url: 7 }, TypeError, 'url must be a string that begins with redis:// or rediss://, got 7'],
  [
    { url: 'http://:secret@x' },
    TypeError,
    'url must be a string that begins with redis:// or rediss://, got "http://"',
  ],
  [{ url: 'redis://:secret@[x' }, TypeError, /^url begins well, but cannot be read as a URL$/],
  [{ url, leese: 5 }, TypeError, 'unknown option "leese": did you mean "lease"?'],
  [{ url, prefix: 7 }, TypeError, 'prefix must be a string, got 7'],
  [{ url, prefix: 'a{b}' }, TypeError, 'prefix must be some text without braces, got "a{b}"'],
  [{ url, prefix: '' }, TypeError, 'prefix must be some text without braces, got ""'],
  [{ url, lease: '15' }, TypeError, 'lease must be a number of milliseconds, got "15"'],
  [{ url, lease: 999 }, RangeError, 'lease must be at least 1000 ms, and finite, got 999'],
  [{ url, lease: Infinity }, RangeError, 'lease must be at least 1000 ms, and finite, got Infinity'],
  [{ url, lease: 43_200_001 }, RangeError, 'lease must be at most 43200000 ms (twelve hours), got 43200001'],
  [{ url, handoffLease: 16_000 }, RangeError, 'handoffLease must not exceed lease (15000 ms), got 16000'],
  [{ url, handoffLease: 10 }, RangeError, 'handoffLease must be at least 1000 ms, and finite, got 10'],
  [{ url, waiterTtl: 0 }, RangeError, 'waiterTtl must be at least 1000 ms, and finite, got 0'],
  [{ url, maxHold: 5 }, RangeError, 'maxHold must be at least 1000 ms, and finite, got 5'],
  [{ url, waitReplicas: 2 }, TypeError, 'options must be an object, got 2'],
  [
    { url, waitReplicas: { replicas: 0, timeout: 100 } },
    RangeError,
    'waitReplicas.replicas must be a whole number from 1, got 0',
  ],
  [
    { url, waitReplicas: { replicas: 1, timeout: 501 } },
    RangeError,
    'waitReplicas.timeout must be from 1 to 500 ms (half of what a command may take), got 501',
  ],
  [{ url, waitReplicas: { replica: 1, timeout: 1 } }, TypeError, 'unknown option "replica": did you mean "replicas"?'],
  [{ url, quarantine: 5_000 }, TypeError, 'quarantine must be true or false, got 5000'],
  [{ url, connectTimeout: -1 }, RangeError, 'connectTimeout must be from 0 to 2147483647 ms, or Infinity, got -1'],
])('%j', (options, type, message) => {
  const make = (): unknown => redisDriver(options as never);
  expect(make).toThrow(type as never);
  expect(make).toThrow(message as never);
});
