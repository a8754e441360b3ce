/**
 * `npm start`: a NestJS shop with its locks in view. The SDK first, then everything that makes spans.
 */
import { runShop } from '../shared/run-shop.js';
import { startTracing } from '../shared/tracing.js';

const tracing = startTracing('lockmeter-shop-nestjs', process.env);
const { openShop } = await import('./open-shop.js');

// An exit, not an exit code: an exporter whose collector is away keeps timers for its next attempts.
process.exit(await runShop('The NestJS shop', openShop, tracing));
