/**
 * An ES module that loads both copies of the package, as an application does when one of its dependencies is CommonJS. Each
 * has a route under the lock of one name: it must be one lock.
 */
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import express from 'express';
import { locks } from 'lockmeter';
import * as ours from 'lockmeter/express';
import { LOCK, sections, visit } from './visit.js';

const require = createRequire(join(process.cwd(), 'package.json'));
const theirs = require('lockmeter/express') as typeof ours;
if (theirs.lockRoute === ours.lockRoute) throw new Error('there is one copy, not two');

const app = express();
app.use(ours.lockRoute('/esm', { name: LOCK }));
app.use(theirs.lockRoute('/commonjs', { name: LOCK }));
app.get(['/esm', '/commonjs'], async (req, res) => {
  await sections.locked.pass(String(req.query.who));
  res.json({});
});
app.get('/unlocked', async (req, res) => {
  await sections.unlocked.pass(String(req.query.who));
  res.json({});
});

void visit(createServer(app), locks, ['/esm', '/commonjs']);
