/**
 * The process that started this replica, as the replica sees it.
 *
 * Invariant: it is never waited for. When it has gone, what would have been told to it is told to nobody.
 */
import { CLOSE, type ReplicaMessage } from './messages.js';

/** Whether it is still there. */
export function parentIsThere(): boolean {
  return process.connected;
}

/** Resolves when it was told, or cannot be. */
export function tellParent(message: ReplicaMessage): Promise<void> {
  return new Promise((resolve) => {
    if (parentIsThere()) process.send!(message, undefined, undefined, () => resolve());
    else resolve();
  });
}

/**
 * Resolves when this replica is to end: it is told so, by its parent or as a process is, or the parent has gone. What a terminal
 * sends to all processes of a shop at once is for the parent, who first stops the customers.
 */
export function whenToEnd(): Promise<void> {
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('disconnect', () => resolve());
    process.on('message', (message) => {
      if (message === CLOSE) resolve();
    });
    if (!parentIsThere()) resolve();
  });
}
