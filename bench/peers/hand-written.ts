/**
 * What a team writes that wants to see its locks: async-mutex with a span for the wait, a span for the hold that is
 * active for the body, and prom-client's gauges and histograms, updated at each operation as their documentation shows.
 */
import { trace } from '@opentelemetry/api';
import { Mutex } from 'async-mutex';
import { Gauge, Histogram, Registry } from 'prom-client';
import type { Peer } from './peer.js';

const tracer = trace.getTracer('hand-written');
const registers = [new Registry()];
const labelNames = ['lock'] as const;
const locked = new Gauge({ name: 'locked', help: 'Whether it is held', labelNames, registers });
const queueDepth = new Gauge({ name: 'queue_depth', help: 'Waiters', labelNames, registers });
const waitTime = new Histogram({ name: 'wait_seconds', help: 'Time waited', labelNames, registers });
const holdTime = new Histogram({ name: 'hold_seconds', help: 'Time held', labelNames, registers });

const labels = { lock: 'bench' };
const spanOptions = { attributes: { 'lock.name': 'bench' } };

export const handWritten: Peer = {
  name: 'hand-written',
  makeLock: () => new Mutex(),
  makeRun() {
    const mutex = new Mutex();
    return (body) => {
      const waiting = tracer.startSpan('wait', spanOptions);
      const asked = performance.now();
      queueDepth.inc(labels);
      return mutex.runExclusive(() => {
        const got = performance.now();
        queueDepth.dec(labels);
        locked.set(labels, 1);
        waitTime.observe(labels, (got - asked) / 1e3);
        waiting.end();
        return tracer.startActiveSpan('hold', spanOptions, async (holding) => {
          try {
            return await body();
          } finally {
            locked.set(labels, 0);
            holdTime.observe(labels, (performance.now() - got) / 1e3);
            holding.end();
          }
        });
      });
    };
  },
};
