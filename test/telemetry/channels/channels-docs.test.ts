/**
 * The page about channels against the channels: each is there, and no other.
 */
import { readFileSync } from 'node:fs';
import * as channels from '../../../src/telemetry/channels/channels.js';

const page = readFileSync(new URL('../../../docs/channels.md', import.meta.url), 'utf8');

test('the tables name every channel, and no other', () => {
  const { ATTEMPT_CHANNELS, DEADLOCK, LOCK_CREATED, SLOW_HOLD, SLOW_WAIT } = channels;
  const published = [...ATTEMPT_CHANNELS, DEADLOCK, LOCK_CREATED, SLOW_HOLD, SLOW_WAIT].map(({ name }) =>
    String(name).replace(/^tracing:(.*):\w+$/, '$1'),
  );
  const documented = Array.from(page.matchAll(/^\| `(lockmeter:[\w.-]+)`/gm), ([, name]) => name);
  expect(documented.sort()).toEqual(Array.from(new Set(published)).sort());
});
