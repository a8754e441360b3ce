/**
 * What can be said on the command line, and what is answered to the rest.
 */
import { shopOptions, UsageError } from '../../examples/shared/options.js';
import { extraPayment } from '../../examples/shared/settings.js';

test('the port is the argument, the environment or 3000', () => {
  expect(shopOptions([], {})).toEqual({ port: 3000, traffic: true });
  expect(shopOptions([], { PORT: '8080' })).toEqual({ port: 8080, traffic: true });
  expect(shopOptions(['--port', '0', '--no-traffic'], { PORT: '8080' })).toEqual({ port: 0, traffic: false });
});

test.each([
  [[], { PORT: 'http' }, 'PORT must be a whole number from 0 to 65535, got "http".'],
  [['--port=65536'], {}, '--port must be a whole number from 0 to 65535, got "65536".'],
  [['--trafic'], {}, /^Unknown option '--trafic'.*\. The shop knows --port <number> and --no-traffic\.$/],
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
