/**
 * A primary and two workers of `node:cluster`, with the Prometheus client that is named on the command line. Each worker
 * keeps some locks busy; the primary prints what its workers know, before and after, and the page it made of all of them.
 */
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { locks } from 'lockmeter';
import { collectLockMetrics } from 'lockmeter/prometheus';

const WORKERS = 2;
const [client] = process.argv.slice(2);
const { AggregatorRegistry, ClusterRegistry, register } = createRequire(import.meta.url)(client);
// In a worker this is what answers the primary: without it the primary waits in vain.
const registry = new (ClusterRegistry ?? AggregatorRegistry)();

if (cluster.isPrimary) {
  const workers = Array.from({ length: WORKERS }, () => cluster.fork());
  const ask = (question) =>
    Promise.all(
      workers.map((worker) => {
        worker.send(question);
        return answerOf(worker);
      }),
    );
  await Promise.all(workers.map(answerOf));
  const before = await ask('report');
  const page = await registry.clusterMetrics();
  const after = await ask('report');
  process.stdout.write(JSON.stringify({ before, page, after }));
  await Promise.all(
    workers.map((worker) => {
      worker.disconnect();
      return once(worker, 'exit');
    }),
  );
} else {
  collectLockMetrics({ register });
  await keepBusy(cluster.worker.id);
  process.on('message', (message) => {
    if (message === 'report') process.send({ answer: locks.snapshot() });
  });
  process.send({ answer: 'ready' });
}

/** The next answer of a worker; what the Prometheus client and its counterpart say to each other is not one. */
function answerOf(worker) {
  return new Promise((resolve) => {
    worker.on('message', function listen(message) {
      if (message?.answer === undefined) return;
      worker.off('message', listen);
      resolve(message.answer);
    });
  });
}

/** Worker `id`: `10 * id` runs that are over, one hold that stays, and `id` waiters behind it. */
async function keepBusy(id) {
  for (let i = 0; i < 10 * id; i++) await locks.run('inventory', () => 1);
  const forever = new Promise(() => {});
  void locks.run('inventory', () => forever);
  for (let i = 0; i < id; i++) void locks.run('inventory', () => 1);
}
