/** An Express application, 4 or 5, as an ES module or as CommonJS. */
import { createServer } from 'node:http';
import express from 'express';
import { locks } from 'lockmeter';
import { lockRoute } from 'lockmeter/express';
import { LOCK, sections, visit } from './visit.js';

const app = express();
app.use(lockRoute('/checkout', { name: LOCK }));
app.get('/checkout', async (req, res) => {
  await sections.locked.pass(String(req.query.who));
  res.json({});
});
app.get('/unlocked', async (req, res) => {
  await sections.unlocked.pass(String(req.query.who));
  res.json({});
});

void visit(createServer(app), locks);
