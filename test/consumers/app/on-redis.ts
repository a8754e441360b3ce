/**
 * An application whose locks are in Redis, by the one client that is installed, as an ES module or as CommonJS. It compiles
 * without the types of any client, and ends by itself once its locks are closed.
 */
import { locks } from 'lockmeter';
import { redisDriver } from 'lockmeter/redis';
import { plainServer } from './plain-server.js';
import { LOCK, visit } from './visit.js';

locks.use(redisDriver({ url: process.argv[2], prefix: `shop-${process.pid}` }));
const server = plainServer({
  '/checkout': (enter) =>
    locks.run(LOCK, ({ fencingToken }) => {
      if (fencingToken === undefined) throw new Error('it is not Redis that granted it');
      return enter();
    }),
});

void visit(server, locks).then(() => locks.close());
