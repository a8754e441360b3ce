/**
 * A key given as a name is said once, in development; a name that merely has digits in it is not.
 */
import { jest } from '@jest/globals';

const warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
const { NODE_ENV } = process.env;

/** The module as a process first meets it: nothing said yet. */
async function fresh(environment: string): Promise<(name: string) => void> {
  jest.resetModules();
  warnings.mockClear();
  process.env.NODE_ENV = environment;
  const { warnWhenNameLooksLikeKey } = await import('../src/name-warnings.js');
  return warnWhenNameLooksLikeKey;
}

afterAll(() => {
  process.env.NODE_ENV = NODE_ENV;
});

test.each([
  'order-1234',
  'order:42',
  '1234',
  '/users/17/cart',
  '3f2b8a44-9c1e-4f6a-8d2b-0a1b2c3d4e5f',
  'user-3F2B8A44-9C1E-4F6A-8D2B-0A1B2C3D4E5F',
  'sha/9e107d9d372bb6826bd81d3542a419d6',
])('%s looks like a key', async (name) => {
  const warn = await fresh('development');
  warn(name);
  expect(warnings).toHaveBeenCalledTimes(1);
  const [text, options] = warnings.mock.calls[0]!;
  expect(String(text)).toContain(JSON.stringify(name));
  expect(options).toEqual({ type: 'LockmeterWarning', code: 'LOCKMETER_NAME_LOOKS_LIKE_KEY' });
});

test.each(['inventory', '/api/v1/checkout', 'oauth2', '/checkout', 'OrderService.place', 'utf8', 'deadbeef', 'face'])(
  '%s does not',
  async (name) => {
    const warn = await fresh('development');
    warn(name);
    expect(warnings).not.toHaveBeenCalled();
  },
);

test('it is said once per process', async () => {
  const warn = await fresh('development');
  for (let i = 0; i < 10; i++) warn(`order-${i}`);
  expect(warnings).toHaveBeenCalledTimes(1);
});

test('never in production', async () => {
  const warn = await fresh('production');
  warn('order-1234');
  expect(warnings).not.toHaveBeenCalled();
});

test('making a lock is what says it', async () => {
  jest.resetModules();
  warnings.mockClear();
  process.env.NODE_ENV = 'development';
  const { Lock } = await import('lockmeter');
  new Lock('order-1234');
  expect(warnings).toHaveBeenCalledTimes(1);
});
