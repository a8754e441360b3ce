/**
 * What people write by hand: a map of mutexes by key, released when the response is over or its client has left. It lets a
 * second request in while the handler of one that left still runs, and has no timeout and no numbers.
 */
import { Mutex } from 'async-mutex';
import express, { type Express, type RequestHandler } from 'express';
import { CHECKOUT } from './shop.js';

const mutexes = new Map<string, Mutex>();

const oneAtATime: RequestHandler<{ id: string }> = async (req, res, next) => {
  const { id } = req.params;
  let mutex = mutexes.get(id);
  if (mutex === undefined) {
    mutex = new Mutex();
    mutexes.set(id, mutex);
  }
  const own = mutex;
  const release = await own.acquire();
  const leave = (): void => {
    release(); // of async-mutex: the second call does nothing
    if (!own.isLocked()) mutexes.delete(id);
  };
  res.once('finish', leave);
  res.once('close', leave);
  next();
};

export function open(): Express {
  const app = express();
  app.use(CHECKOUT, oneAtATime as RequestHandler);
  app.post(CHECKOUT, (req, res) => {
    res.json({ cart: req.params.id });
  });
  return app;
}
