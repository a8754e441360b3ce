/** The process that measures: one scene, then it ends. */
import { scenes } from './scenes/index.js';
import type { Settings } from './scenes/scene.js';

/** What it is told to do. */
export interface Job {
  scene: string;
  settings: Settings;
}

const job = JSON.parse(process.argv[2]!) as Job;
const scene = scenes.find(({ name }) => name === job.scene);
if (scene === undefined || process.send === undefined) throw new Error('Started by main.js only');

const { measure } = await scene.load();
process.send(await measure(job.settings), () => process.exit(0));
