/**
 * What a driver asks on its own account: no span under anybody's, nobody's context, and once, whatever the application's
 * OpenTelemetry does.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { jest } from '@jest/globals';
import { api, core } from '@opentelemetry/sdk-node';
import 'lockmeter';
import { quietly } from '../../../src/drivers/quiet.js';
import { processWide } from '../../../src/process-wide.js';
import { tracingForEachTest } from '../../support/spans.js';

const otel = tracingForEachTest();
const query = (): void => api.trace.getTracer('client').startSpan('query').end();

test('makes no spans, while what the caller does makes its own', async () => {
  await otel.request('request', async () => {
    quietly(query);
    query();
  });
  expect(otel.spans().map(({ name }) => name)).toEqual(['query', 'request']);
});

test('nor does what comes of it later', async () => {
  await otel.request('request', () =>
    quietly(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      query();
      expect(core.isTracingSuppressed(api.context.active())).toBe(true);
    }),
  );
  expect(otel.spans().map(({ name }) => name)).toEqual(['request']);
});

test('is in nobody’s context', () => {
  const request = new AsyncLocalStorage<string>();
  const seen = request.run('caller', () => [quietly(() => request.getStore()), request.getStore()]);
  expect(seen).toEqual([undefined, 'caller']);
});

test('gives what it returns, and throws what it throws', () => {
  const error = new Error('own');
  expect(quietly(() => 7)).toBe(7);
  expect(() =>
    quietly(() => {
      throw error;
    }),
  ).toThrow(error);
});

test('is made without an SDK', async () => {
  await otel.stop();
  expect(quietly(() => 'sent')).toBe('sent');
});

test.each<[string, (run: () => unknown) => unknown]>([
  [
    'throws first',
    () => {
      throw new Error('broken');
    },
  ],
  [
    'throws afterwards',
    (run) => {
      run();
      throw new Error('broken');
    },
  ],
  [
    'runs it twice',
    (run) => {
      run();
      return run();
    },
  ],
  ['does not run it', () => undefined],
])('is made once by a context manager that %s', async (_how, broken) => {
  const warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const before = processWide.stats.observers.errors;
  await otel.stop();
  const manager = {
    active: () => api.ROOT_CONTEXT,
    with: (_context: unknown, run: () => unknown) => broken(run),
    disable: () => {},
  };
  api.context.setGlobalContextManager(manager as unknown as api.ContextManager);
  let sent = 0;
  expect(quietly(() => ++sent)).toBe(1);
  expect(processWide.stats.observers.errors - before).toBe(_how.startsWith('throws') ? 1 : 0);
  api.context.disable();
  warnings.mockRestore();
});
