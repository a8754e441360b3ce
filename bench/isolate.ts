/** Runs a part of a scenario in a process of its own. */
import { runChild } from './run-child.js';
import type { Outcome, Settings } from './scenarios/scenario.js';

/** What a child process is told to do. */
export interface Job {
  scenario: string;
  part: string;
  settings: Settings;
}

/** @throws Error when the child ends without a result. */
export function isolate(job: Job): Promise<Outcome> {
  return runChild(new URL('./child.js', import.meta.url), job, `'${job.scenario}' ${job.part}`);
}
