/**
 * An ES module that loads both copies of the package. The CommonJS one is told of the driver, and its own makes that: what
 * the other locks must be in the same place.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as ours from 'lockmeter';
import type * as redis from 'lockmeter/redis';
import { plainServer } from './plain-server.js';
import { LOCK, visit } from './visit.js';

const require = createRequire(join(process.cwd(), 'package.json'));
const theirs = require('lockmeter') as typeof ours;
const { redisDriver } = require('lockmeter/redis') as typeof redis;
if (theirs.withLock === ours.withLock) throw new Error('there is one copy, not two');

theirs.locks.use(redisDriver({ url: process.argv[2], prefix: `shop-${process.pid}` }));
if (ours.locks.health().backend !== 'redis') throw new Error('the other copy does not know of the driver');

const run = (enter: () => Promise<void>): Promise<void> => enter();
const server = plainServer({ '/esm': ours.withLock(LOCK, run), '/commonjs': theirs.withLock(LOCK, run) });

void visit(server, ours.locks, ['/esm', '/commonjs']).then(() => theirs.locks.close());
