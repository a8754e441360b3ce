/**
 * `npm run start:express`: the shop in plain Express, with the same locks, customers and views as the NestJS one.
 */
import { runShop } from '../shared/run-shop.js';
import { startTracing } from '../shared/tracing.js';

const tracing = startTracing('lockmeter-shop-express', process.env);
const { openShop } = await import('./open-shop.js');

// An exit, not an exit code: an exporter whose collector is away keeps timers for its next attempts.
process.exit(await runShop('The Express shop', openShop, tracing));
