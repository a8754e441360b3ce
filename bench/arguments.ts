/** The command line. An argument that is not known is an error: a mistyped `--chekc` must not pass for a check. */
import { parseArgs } from 'node:util';

/** What was asked for. */
export interface Arguments {
  quick: boolean;
  check: boolean;
  writeReadme: boolean;
  seed: number;
  only: string | undefined;
  json: string | undefined;
  node: string | undefined;
  help: boolean;
}

export const USAGE = `npm run bench -- [options]

  --quick           about 20 seconds: fewer rounds, and at the longest lines only the locks that the bars are about
  --only SCENARIO   one of: no-sdk, manager, sdk, sdk-slow, scrape, cancellation, keys, memory, clock
  --node VERSION    on another Node.js, from the npm package 'node' (24, 22.20.0, …)
  --check           exit with 1 when a bar is missed
  --json FILE       write every sample
  --write-readme    put the results into bench/README.md
  --seed NUMBER     the order of an earlier run`;

/** @throws Error when an argument is not known or not what it should be. */
export function readArguments(args: string[]): Arguments {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      'write-readme': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      seed: { type: 'string', default: String(Date.now() % 100_000) },
      only: { type: 'string' },
      json: { type: 'string' },
      node: { type: 'string' },
    },
  });
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed)) throw new Error(`--seed must be a whole number, got '${values.seed}'`);
  const { quick, check, only, json, node, help } = values;
  return { quick, check, writeReadme: values['write-readme'], seed, only, json, node, help };
}
