/**
 * What can be said on the command line, and what is answered to the rest.
 */
import { shopOptions, UsageError } from '../../examples/shared/options.js';
import { extraPayment } from '../../examples/shared/settings.js';

const PLAIN = { port: 3000, traffic: true, replicas: 1, redis: undefined };

test('the port is the argument, the environment or 3000', () => {
  expect(shopOptions([], {})).toEqual(PLAIN);
  expect(shopOptions([], { PORT: '' })).toEqual(PLAIN);
  expect(shopOptions([], { PORT: '8080' })).toEqual({ ...PLAIN, port: 8080 });
  expect(shopOptions(['--port', '0', '--no-traffic'], { PORT: '8080' })).toEqual({ ...PLAIN, port: 0, traffic: false });
});

test('several replicas have their locks in Redis, said or not; one has when it is told to', () => {
  const started = { url: undefined };
  expect(shopOptions(['--replicas', '3', '--redis'], {})).toEqual({ ...PLAIN, replicas: 3, redis: started });
  expect(shopOptions(['--replicas=3'], {})).toEqual({ ...PLAIN, replicas: 3, redis: started });
  expect(shopOptions(['--redis'], {})).toEqual({ ...PLAIN, redis: started });
  expect(shopOptions(['--replicas=1'], {})).toEqual(PLAIN);
  const url = 'rediss://user:secret@redis.example:6380/1';
  expect(shopOptions(['--redis-url', url, '--replicas', '16'], {})).toEqual({ ...PLAIN, replicas: 16, redis: { url } });
});

test.each([
  [[], { PORT: 'http' }, 'PORT must be a whole number from 0 to 65535, got "http".'],
  [['--port=65536'], {}, '--port must be a whole number from 0 to 65535, got "65536".'],
  [
    ['--trafic'],
    {},
    /^Unknown option '--trafic'.*\. The shop knows --port <number>, --no-traffic, --replicas <number>, /,
  ],
  [['--replicas=0'], {}, '--replicas must be a whole number from 1 to 16, got "0".'],
  [['--replicas=many'], {}, '--replicas must be a whole number from 1 to 16, got "many".'],
  [['--replicas=3'], { PORT: '65534' }, 'PORT must leave room for 3 replicas, a port for each, got "65534".'],
  [['--redis-url=http://:secret@redis'], {}, /^--redis-url must be redis:\/\/host:port, or rediss:\/\/ with TLS\.$/],
])('%j %j is a sentence', (args, env, message) => {
  expect(() => shopOptions(args, env)).toThrow(UsageError);
  expect(() => shopOptions(args, env)).toThrow(message);
});

test.each([
  ['250', 250],
  ['99999', 10_000],
  ['-5', 0],
  ['soon', 0],
  [undefined, 0],
  [['1', '2'], 0],
])('a payment asked to take %j more takes %j', (slow, more) => {
  expect(extraPayment(slow, 10_000)).toBe(more);
  expect(extraPayment(slow, 0)).toBe(0);
});
