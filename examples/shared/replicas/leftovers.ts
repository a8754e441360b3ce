/**
 * Removes what a killed shop has left. All its replicas do, whoever comes first: twice does no harm.
 */
import { rm } from 'node:fs/promises';
import type { Leftovers } from './messages.js';

export async function removeLeftovers({ pids, folders }: Leftovers): Promise<void> {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGTERM');
    } catch {
      // It has ended.
    }
  }
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true, maxRetries: 5 })));
}
