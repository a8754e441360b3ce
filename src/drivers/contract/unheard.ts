/**
 * What a process says when something failed and nobody listened: unhandled rejections and warnings.
 *
 * Invariant: it listens to the process itself. A test runner may give its tests a copy of `process` that never hears these.
 */
import { runInThisContext } from 'node:vm';
import { turn } from './patience.js';

/** The process, whatever a test runner calls so. */
export function realProcess(): NodeJS.Process {
  return runInThisContext('process') as NodeJS.Process;
}

/** Runs `body` and gives what the process said meanwhile; what `body` throws goes through. */
export async function unheardDuring(body: () => Promise<void>): Promise<string[]> {
  const said: string[] = [];
  const onRejection = (reason: unknown): void => void said.push(`unhandled rejection: ${String(reason)}`);
  const onWarning = (warning: Error): void => {
    // What the platform says of the test runner is no driver's fault.
    if (warning.name !== 'ExperimentalWarning') said.push(`warning: ${String(warning)}`);
  };
  const heard = realProcess();
  heard.on('unhandledRejection', onRejection);
  heard.on('warning', onWarning);
  try {
    await body();
    // Rejections are told after the microtasks, warnings in the next tick.
    await turn();
    await turn();
  } finally {
    heard.off('unhandledRejection', onRejection);
    heard.off('warning', onWarning);
  }
  return said;
}
