/**
 * OpenTelemetry 3, which needs a newer Node than this package does, in an application whose copy of the API (1.10) is newer
 * than this package's (1.9): spans and links arrive, and the metrics are the same numbers as everywhere.
 */
import type { Snapshot } from 'lockmeter';
import { type InstalledApp, installApp } from '../../support/installed-app.js';
import { samplesOfSnapshot } from '../../support/prometheus-form.js';
import { samplesOf } from '../../support/prometheus-page.js';
import { expectSame, withoutEmptyHistograms } from '../../support/same-samples.js';

interface Seen {
  node: string;
  /** Whether the application and lockmeter have a copy of the API each. */
  copies: boolean;
  api: [application: string, lockmeter: string];
  bounds: number[];
  instruments: string;
  producer: string;
  snapshot: Snapshot;
  spans: Span[];
}

interface Span {
  name: string;
  id: string;
  trace: string;
  parent?: string;
  links: { id: string; trace: string; 'lock.link.type': string }[];
}

let app: InstalledApp;
let seen: Seen;

beforeAll(() => {
  app = installApp('test/consumers/opentelemetry-3');
  seen = JSON.parse(app.run(newNode(), 'app.mjs'));
}, 300_000);

afterAll(() => app?.remove());

/** A Node that OpenTelemetry 3 supports: the one we are in, or the one that the application brought. */
function newNode(): string {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 15)) return process.execPath;
  const brought = app.find(`node_modules/node-${process.platform}-${process.arch}/bin/node`);
  if (brought === undefined)
    throw new Error('OpenTelemetry 3 needs Node 22.15: run the tests with that or a newer one.');
  return brought;
}

test('two copies of the API: 1.10 is the application’s, 1.9 is lockmeter’s', () => {
  expect(seen.copies).toBe(true);
  expect(seen.api).toEqual(['1.10.0', expect.stringMatching(/^1\.9\./)]);
});

test('spans arrive under the request’s, active for the body, and the wait links to the hold in the other trace', () => {
  const named = (name: string): Span[] => seen.spans.filter((span) => span.name === name);
  const [first, second, query, wait] = ['first', 'second', 'query', 'lock.wait inventory'].map(
    (name) => named(name)[0]!,
  );
  const holds = named('lock.hold inventory');
  const hold = {
    ofFirst: holds.find((span) => span.trace === first!.trace)!,
    ofSecond: holds.find((span) => span.trace === second!.trace)!,
  };
  expect(first!.trace).not.toBe(second!.trace);
  expect([hold.ofFirst.parent, hold.ofSecond.parent, wait!.parent]).toEqual([first!.id, second!.id, second!.id]);
  expect(query!.parent).toBe(hold.ofSecond.id);
  expect(wait!.links).toEqual([{ id: hold.ofFirst.id, trace: first!.trace, 'lock.link.type': 'blocked_by' }]);
  expect(seen.spans).toHaveLength(6);
});

test('instruments made before the SDK was there, with the views, give what the producer gives', () => {
  const produced = samplesOf(seen.producer);
  expect(produced.get('lockmeter_holder_age_seconds{lock_backend="memory",lock_name="stuck"}')).toBe(2);
  expect(
    produced.get('lockmeter_acquisitions_total{lock_backend="memory",lock_name="inventory",lock_outcome="acquired"}'),
  ).toBe(2);
  expect(produced.get('lockmeter_wait_duration_seconds_sum{lock_backend="memory",lock_name="inventory"}')).toBe(0.04);
  expectSame(samplesOf(seen.instruments), withoutEmptyHistograms(produced));
});

test('the producer gives what the snapshot knows', () => {
  const produced = samplesOf(seen.producer);
  const known = samplesOfSnapshot(seen.snapshot, seen.bounds);
  expect(known.size).toBeGreaterThan(100);
  expectSame(known, new Map([...produced].filter(([key]) => known.has(key))));
});
