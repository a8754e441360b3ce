/** BullMQ: jobs of one customer one after the other, however many a worker takes at once. */
import { type ConnectionOptions, DelayedError, type Job, Worker } from 'bullmq';
import { LockTimeoutError, withLock } from 'lockmeter';

/** What a job is about. */
export interface Invoice {
  customer: string;
  number: string;
}

/** How long a job that did not get its turn stays away, in milliseconds. */
const COME_AGAIN = 1_000;

/** A worker of the queue `invoices`. `timeout` is how long a job waits in the worker at most, in milliseconds. */
export function invoiceWorker(
  connection: ConnectionOptions,
  send: (invoice: Invoice) => Promise<void>,
  timeout = 10_000,
): Worker<Invoice> {
  const sendInvoice = withLock('invoices', (job: Job<Invoice>, _signal?: AbortSignal) => send(job.data), {
    key: (job) => job.data.customer,
    signal: (_job, signal) => signal, // aborts with worker.cancelJob(id)
    label: 'invoice worker',
    timeout,
  });

  // With three parameters: BullMQ looks at their number before it makes a signal.
  async function work(job: Job<Invoice>, token?: string, signal?: AbortSignal): Promise<void> {
    try {
      await sendInvoice(job, signal);
    } catch (error) {
      if (!(error instanceof LockTimeoutError && error.lock === 'invoices')) throw error;
      await job.moveToDelayed(Date.now() + COME_AGAIN, token);
      throw new DelayedError(); // no failed attempt: the job comes again
    }
  }
  return new Worker('invoices', work, { connection, concurrency: 10 });
}
