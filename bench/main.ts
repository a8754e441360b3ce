/**
 * `npm run bench`: what a lock costs, against the locks that people use. It only orders and reports; every measurement is
 * made in a child process, one after the other.
 */
import { writeFileSync } from 'node:fs';
import { type Arguments, readArguments, USAGE } from './arguments.js';
import { figures, isMeasured, missed } from './figures.js';
import { isolate } from './isolate.js';
import { runOnOtherNode } from './other-node.js';
import { writeReadme } from './readme.js';
import { describeRun, report, reportFigures, reportScenario } from './report.js';
import { Results, type ScenarioResult } from './results.js';
import { scenarios } from './scenarios/index.js';
import type { Outcome, Scenario, Settings } from './scenarios/scenario.js';
import { versions } from './versions.js';

async function bench(args: Arguments): Promise<number> {
  const { quick, seed, only } = args;
  const settings: Settings = { quick, seed };
  const chosen = only === undefined ? scenarios : scenarios.filter(({ name }) => name === only);
  if (chosen.length === 0) throw new Error(`There is no scenario '${only}'.\n\n${USAGE}`);

  const run = describeRun(settings, versions());
  console.log(run);
  const started = performance.now();
  const done: ScenarioResult[] = [];
  for (const scenario of chosen) {
    const result = { scenario, ...(await measure(scenario, settings)) };
    done.push(result);
    console.log(`\n${reportScenario(result)}`);
  }
  const results = new Results(done);
  const bars = figures(results);
  if (bars.some(isMeasured)) console.log(`\n${reportFigures(bars.filter(isMeasured))}`);
  console.log(`\n${((performance.now() - started) / 1e3).toFixed(0)} s`);

  if (args.json !== undefined)
    writeFileSync(args.json, `${JSON.stringify({ run, figures: bars, results }, null, 2)}\n`);
  if (args.writeReadme) writeReadme(report(run, results, bars));
  return args.check && bars.some(missed) ? 1 : 0;
}

async function measure(scenario: Scenario, settings: Settings): Promise<Outcome> {
  const { parts } = await scenario.load();
  const outcome: Outcome = { measurements: [], notes: [] };
  for (const part of parts?.(settings) ?? ['']) {
    const { measurements, notes } = await isolate({ scenario: scenario.name, part, settings });
    outcome.measurements.push(...measurements);
    outcome.notes.push(...notes);
  }
  return outcome;
}

try {
  const args = readArguments(process.argv.slice(2));
  if (args.help) console.log(USAGE);
  else if (args.node !== undefined) process.exitCode = runOnOtherNode(args.node, withoutNode(process.argv.slice(2)));
  else process.exitCode = await bench(args);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** The arguments for the other Node.js: all but `--node VERSION`. */
function withoutNode(args: readonly string[]): string[] {
  return args.filter((arg, i) => !arg.startsWith('--node') && args[i - 1] !== '--node');
}
