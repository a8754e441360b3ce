/**
 * What most tests of the scripts play on: a stage, emptied before each test, and two processes. Whoever imports this has the stage
 * set up, and closed in the end.
 */
import { type ScriptProcess, ScriptStage } from './script-stage.js';

export let stage: ScriptStage;
export let a: ScriptProcess;
export let b: ScriptProcess;

beforeAll(async () => {
  stage = await ScriptStage.open();
  a = await stage.process('a');
  b = await stage.process('b');
});
beforeEach(() => stage.reset());
afterAll(() => stage.close());
