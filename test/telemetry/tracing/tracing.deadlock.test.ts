/**
 * What the spans of waits in a deadlock say: who waits for what, on each of them.
 */
import { configureTracing, type TracingOptions } from 'lockmeter/opentelemetry';
import { isolatedManager } from '../../support/isolated.js';
import { tracingForEachTest } from '../../support/spans.js';

const otel = tracingForEachTest(configureTracing);

const modes: TracingOptions[] = [
  { spans: 'auto' },
  { spans: 'always' },
  { spans: 'slow' },
  { spans: 'auto', minWaitSpan: 5 },
];

test.each(modes)('%j: the wait of each holder has the event, once, without keys', async (options) => {
  configureTracing(options);
  const manager = isolatedManager({ timeout: 40 });
  const visit = (name: string, other: string) =>
    otel.request(`GET /${name}`, () =>
      manager.run(
        name,
        async () => {
          await new Promise(setImmediate);
          return manager.run(other, () => 'in', { key: 'secret' });
        },
        { key: 'secret', label: `GET /${name}` },
      ),
    );
  await Promise.allSettled([visit('a', 'b'), visit('b', 'a')]);
  const members = ['"GET /a" holds "a" and waits for "b"', '"GET /b" holds "b" and waits for "a"'];
  for (const name of ['lock.wait a', 'lock.wait b']) {
    const [wait] = otel.named(name).filter(({ events }) => events.length > 0);
    expect(wait!.events.map((event) => [event.name, event.attributes])).toEqual([
      ['lock.deadlock', { 'lock.deadlock.members': expect.arrayContaining(members) }],
    ]);
    expect(JSON.stringify(wait!.attributes) + JSON.stringify(wait!.events)).not.toContain('secret');
  }
});
