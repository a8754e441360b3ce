/** The process that measures: one part of one scenario, then it ends. */
import type { Job } from './isolate.js';
import { scenarios } from './scenarios/index.js';

const job = JSON.parse(process.argv[2]!) as Job;
const scenario = scenarios.find(({ name }) => name === job.scenario);
if (scenario === undefined || process.send === undefined) throw new Error('Started by main.js only');

const { measure } = await scenario.load();
process.send(await measure(job.settings, job.part), () => process.exit(0));
