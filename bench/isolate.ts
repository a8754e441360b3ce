/**
 * Runs a part of a scenario in a process of its own, and waits for it: two at a time would measure each other.
 */
import { fork } from 'node:child_process';
import type { Outcome, Settings } from './scenarios/scenario.js';

/** What a child process is told to do. */
export interface Job {
  scenario: string;
  part: string;
  settings: Settings;
}

/** @throws Error when the child ends without a result. */
export function isolate(job: Job): Promise<Outcome> {
  const child = fork(new URL('./child.js', import.meta.url), [JSON.stringify(job)], { execArgv: ['--expose-gc'] });
  return new Promise((resolve, reject) => {
    child.once('message', (outcome) => resolve(outcome as Outcome));
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      reject(new Error(`The process that measured '${job.scenario}' ${job.part} ended with ${signal ?? code}`));
    });
  });
}
