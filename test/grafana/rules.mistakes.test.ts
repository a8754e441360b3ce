/** The unit tests of the rules can fail: each of these mistakes in the rules is noticed by the test that is there for it. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { debianTool } from '../support/debian-tool.js';
import { INSTALLING, runTool } from './run-tool.js';

const text = readFileSync('grafana/rules/lockmeter.rules.yml', 'utf8');
const unit = parse(readFileSync('grafana/rules/lockmeter.rules_test.yml', 'utf8')) as { tests: { name: string }[] };

/** A change of the rules that would be a mistake: which of the unit tests must notice, and what is written instead of what. */
const MISTAKES: [what: string, unitTest: string, right: string, wrong: string][] = [
  [
    'processes with a lock each are averaged',
    'a lock in memory is as busy as its busiest process',
    'max by (job, lock_name, lock_backend) (\n',
    'avg by (job, lock_name, lock_backend) (\n',
  ],
  ['nothing is waited for', 'a lock in memory is as busy as its busiest process', 'for: 10m', 'for: 0m'],
  [
    'a shared lock is that of its busiest process',
    'a lock on a server is one lock for all processes',
    'sum by (job, lock_name, lock_backend) (rate(lockmeter_held',
    'max by (job, lock_name, lock_backend) (rate(lockmeter_held',
  ],
  [
    'the permits of processes are added up',
    'a lock on a server is one lock for all processes',
    '/ max by (job, lock_name, lock_backend) (lockmeter_permits)',
    '/ sum by (job, lock_name, lock_backend) (lockmeter_permits)',
  ],
  [
    'on a server, a waiter in another process does not count',
    'a lock on a server is one lock for all processes',
    'on (job, lock_name, lock_backend)\n            sum by (job, lock_name, lock_backend) (rate(lockmeter_queued_time_seconds_total[2m]))',
    'on (job, instance, lock_name, lock_backend)\n            sum by (job, instance, lock_name, lock_backend) (rate(lockmeter_queued_time_seconds_total[2m]))',
  ],
  [
    'in memory, a waiter in another process counts',
    'in memory, a queue in one process says nothing about the holder in another',
    'on (job, instance, lock_name, lock_backend)\n            sum by (job, instance, lock_name, lock_backend) (rate(lockmeter_queued_time_seconds_total[2m]))',
    'on (job, lock_name, lock_backend)\n            sum by (job, lock_name, lock_backend) (rate(lockmeter_queued_time_seconds_total[2m]))',
  ],
  [
    'in memory, processes are saturated together',
    'in memory, a queue in one process says nothing about the holder in another',
    'on (job, instance, lock_name, lock_backend)\n            sum by (job, instance, lock_name, lock_backend) (rate(lockmeter_queued_time_seconds_total[5m]))',
    'on (job, lock_name, lock_backend)\n            sum by (job, lock_name, lock_backend) (rate(lockmeter_queued_time_seconds_total[5m]))',
  ],
  [
    'in memory, saturation needs no queue',
    'saturated is both busy and queued for',
    '(rate(lockmeter_queued_time_seconds_total[5m])) > 1',
    '(rate(lockmeter_queued_time_seconds_total[5m])) > 0.8',
  ],
  [
    'on a server, saturation needs no queue',
    'saturated is both busy and queued for',
    'job_lock:lockmeter_queue_length:rate5m > 1',
    'job_lock:lockmeter_queue_length:rate5m > 0.8',
  ],
  ['in memory, less than 80 % is saturated', 'saturated is both busy and queued for', ') > 0.8\n', ') > 0.7\n'],
  [
    'on a server, less than 80 % is saturated',
    'saturated is both busy and queued for',
    '{lock_backend!="memory"} > 0.8',
    '{lock_backend!="memory"} > 0.7',
  ],
  [
    'a stuck holder need not be old',
    'a stuck holder is old, and somebody waits for it',
    'lock_backend="memory"}) > 60',
    'lock_backend="memory"}) > 45',
  ],
  [
    'nobody need wait for a stuck holder',
    'a stuck holder is old, and somebody waits for it',
    '(rate(lockmeter_queued_time_seconds_total[2m])) > 0.1',
    '(rate(lockmeter_queued_time_seconds_total[2m])) > 0.01',
  ],
  [
    'a queue that is empty now and then ends the wait',
    'a stuck holder is old, and somebody waits for it',
    '(rate(lockmeter_queued_time_seconds_total[2m])) > 0.1',
    '(rate(lockmeter_queued_time_seconds_total[2m])) > 0.2',
  ],
  [
    'rare attempts count as slow',
    'waits are slow when one in a hundred takes over a second',
    'rate5m) > 0.1',
    'rate5m) > 0.01',
  ],
  [
    'waits of less than a second are slow',
    'waits are slow when one in a hundred takes over a second',
    'p99_rate5m > 1',
    'p99_rate5m > 0.9',
  ],
  [
    'less than one in a hundred is failing',
    'failing is more than one in a hundred, for five minutes',
    '> 0.01\n',
    '> 0.008\n',
  ],
  [
    'an outcome is left out of the failures',
    'failing is more than one in a hundred, for five minutes',
    'timeout|rejected|error',
    'timeout|rejected',
  ],
  [
    'what the caller chose is a failure',
    'failing is more than one in a hundred, for five minutes',
    'timeout|rejected|error',
    'timeout|rejected|error|aborted',
  ],
  ['one failure is enough', 'failing is more than one in a hundred, for five minutes', 'for: 5m', 'for: 1m'],
];

let promtool: string;
let folder: string;
beforeAll(async () => {
  promtool = await debianTool('promtool', 'prometheus');
  folder = await mkdtemp(join(tmpdir(), 'rules-'));
}, INSTALLING);
afterAll(() => rm(folder, { recursive: true }));

test.each(MISTAKES)('%s', async (_what, name, right, wrong) => {
  expect(text).toContain(right);
  await writeFile(join(folder, 'lockmeter.rules.yml'), text.replaceAll(right, wrong));
  const test = join(folder, 'test.yml');
  await writeFile(test, stringify({ ...unit, tests: unit.tests.filter((each) => each.name === name) }));
  const { code, stderr, stdout } = await runTool(promtool, ['test', 'rules', test]);
  expect({ code, said: stdout + stderr }).toEqual({ code: 1, said: expect.stringContaining('got:') });
});
