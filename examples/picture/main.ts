/**
 * `npm run picture`: runs the NestJS shop with its own customers for a bit more than a minute, so that a slow holder
 * comes by, and draws what its traces and snapshots said into `docs/picture.svg`.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { locks, type Snapshot } from 'lockmeter';
import { seconds } from '../shared/format.js';
import { drain, listen } from '../shared/http-server.js';
import { SHOP } from '../shared/settings.js';
import { rootOf } from '../shared/span-record.js';
import { startTracing } from '../shared/tracing.js';
import { Traffic } from '../shared/traffic/traffic.js';
import { queueChart } from './queue-chart.js';
import { COLOURS, document, text } from './svg.js';
import { tracePicture } from './trace-picture.js';

const WATCHED = 80_000;
const SAMPLE_EVERY = 200;

const tracing = startTracing('lockmeter-shop', {});
const { openShop } = await import('../shop-nestjs/open-shop.js');
const directory = await mkdtemp(join(tmpdir(), 'lockmeter-picture-'));
const shop = await openShop({ ...SHOP, directory });
const traffic = new Traffic(await listen(shop.server, 0));
traffic.start();

const samples: Snapshot[] = [];
const sampler = setInterval(() => samples.push(locks.snapshot()), SAMPLE_EVERY);
await new Promise((resolve) => setTimeout(resolve, WATCHED));
clearInterval(sampler);
const recent = tracing.recent!;
const slowest = recent.slowest(Date.now());
if (slowest === undefined) throw new Error('no request was traced: is the shop serving?');

const root = rootOf(slowest)!;
const title = `${root.name} took ${seconds((root.end - root.start) / 1e3)}: here is who it waited for`;
const heading = `fill="${COLOURS.ink}" font-size="15" font-weight="700"`;
const picture = document(1_180, 330, title, [
  text(24, 36, title, heading),
  ...tracePicture(slowest, (span) => recent.trace(span), { x: 24, y: 58, width: 640, height: 250 }),
  text(730, 36, 'lockmeter_queue_depth', heading),
  ...queueChart(samples, { x: 740, y: 62, width: 410, height: 200 }),
]);
await writeFile('docs/picture.svg', picture);

await traffic.stop();
await drain(shop.server, 12_000);
await shop.close();
await tracing.stop();
await rm(directory, { recursive: true, force: true });
process.stdout.write(`docs/picture.svg: ${title}, ${samples.length} samples\n`);
