/**
 * Which failures are worth another try, and when; and how a driver is known to others.
 */
import { hostname } from 'node:os';
import { backOff, mayPass } from '../../../src/drivers/redis/failures.js';
import { ProcessIdentity, readInfo } from '../../../src/drivers/redis/process-identity.js';

test.each([
  'connect ECONNREFUSED 127.0.0.1:6379',
  'the connection to Redis at 127.0.0.1:6379 was lost: read ECONNRESET',
  'Redis at 127.0.0.1:6379 did not answer the script acquire within 2000 ms',
  "READONLY You can't write against a read only replica.",
  'LOADING Redis is loading the dataset in memory',
  'CLUSTERDOWN The cluster is down',
  'TRYAGAIN Multiple keys request during rehashing of slot',
  "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
  'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.',
  'NOREPLICAS Not enough good replicas to write.',
  "OOM command not allowed when used memory > 'maxmemory'.",
  'MISCONF Redis is configured to save RDB snapshots, but is unable to persist to disk.',
  'ERR max number of clients reached',
  "ERR Error running script (call to f_1): @user_script:1: -READONLY You can't write against a read only replica.",
])('may pass: %s', (message) => {
  expect(mayPass(new Error(message))).toBe(true);
});

test.each([
  'WRONGPASS invalid username-password pair or user is disabled.',
  "NOPERM this user has no permissions to run the 'evalsha' command",
  'NOAUTH Authentication required.',
  "ERR unknown command 'EVALSHA', with args beginning with: ",
  'WRONGTYPE Operation against a key holding the wrong kind of value',
  "CROSSSLOT Keys in request don't hash to the same slot",
])('is final: %s', (message) => {
  expect(mayPass(new Error(message))).toBe(false);
});

test('a mistake in code is final', () => {
  expect(mayPass(new TypeError('x is not a function'))).toBe(false);
});

test('pauses double up to a limit, and differ', () => {
  const pauses = (failures: number): number[] => Array.from({ length: 200 }, () => backOff(failures));
  for (const [failures, pause] of [
    [1, 25],
    [2, 50],
    [4, 200],
    [30, 1_000],
  ] as const) {
    expect(Math.min(...pauses(failures))).toBeGreaterThanOrEqual(pause * 0.75);
    expect(Math.max(...pauses(failures))).toBeLessThanOrEqual(pause * 1.25);
  }
  expect(new Set(pauses(1)).size).toBeGreaterThan(100);
  expect(backOff(30, 100)).toBeLessThanOrEqual(125);
});

test('no two drivers have an id in common, and each knows its own', () => {
  const [a, b] = [new ProcessIdentity(), new ProcessIdentity()];
  const ids = Array.from({ length: 1_000 }, () => [a.next(), b.next()]).flat();
  expect(new Set(ids).size).toBe(2_000);
  expect(ids.map((id) => a.owns(id))).toEqual(ids.map((_, i) => i % 2 === 0));
  expect(ids.every((id) => /^[\w-]+$/.test(id))).toBe(true);
});

test('who asks is told with host and process, and long labels are cut', () => {
  const identity = new ProcessIdentity();
  const own = { host: hostname(), pid: process.pid };
  expect(JSON.parse(identity.describe({}))).toEqual(own);
  expect(JSON.parse(identity.describe({ label: 'job', traceparent: '00-1-2-01' }))).toEqual({
    ...own,
    label: 'job',
    traceparent: '00-1-2-01',
  });
  expect(JSON.parse(identity.describe({ host: 'elsewhere', pid: 7 }))).toEqual({ host: 'elsewhere', pid: 7 });
  expect(identity.describe({ label: 'x'.repeat(10_000) }).length).toBeLessThan(512);
});

test.each(['', 'null', '7', '"text"', '{', '[]', '{"label":7,"host":{},"pid":"7","traceparent":null}'])(
  'what somebody else says of itself may be anything: %s',
  (json) => {
    expect(readInfo(json)).toEqual({ label: undefined, host: undefined, pid: undefined, traceparent: undefined });
  },
);
