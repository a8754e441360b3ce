/**
 * Visits a server over real sockets and prints as JSON what it saw: the same for every application here.
 *
 * Invariant: each request is sent when the one before it is known to have arrived, so the order of arrival is certain, and
 * all of them are there before the first may go.
 */
import { get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Lock, type LockManager, LockNotHeldError } from 'lockmeter';
import { CriticalSection } from './critical-section.js';

const VISITORS = ['first', 'second', 'third', 'fourth'];
/** The name of the lock that the applications take. */
export const LOCK = 'checkout';
const PATIENCE_MS = 60_000;

/** What was seen. */
export interface Visited {
  readonly node: string;
  /** Which copy of lockmeter the application loaded, from the trace of an error of its own. */
  readonly copy: string | undefined;
  /** The most that were inside at once, without the lock. */
  readonly mostUnlocked: number;
  /** The same with it. */
  readonly most: number;
  /** In which order they came in. */
  readonly entered: readonly string[];
  readonly statuses: readonly (number | undefined)[];
}

/** What the routes of an application run, with the lock or without it. */
export const sections = { locked: new CriticalSection(), unlocked: new CriticalSection() };

/**
 * Starts `server`, visits it and stops it. The visitors take turns at `paths`, which are under the lock; `/unlocked` is not.
 *
 * @throws Error when what should happen does not within a minute.
 * @example
 * await visit(createServer(app), locks);
 */
export async function visit(
  server: Server,
  manager: LockManager,
  paths: readonly string[] = ['/checkout'],
): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const send = (path: string, who: string): Promise<number | undefined> =>
    statusOf(`http://127.0.0.1:${port}${path}?who=${who}`);

  const unlocked = VISITORS.map((who) => send('/unlocked', who));
  await until('all visitors are inside', () => sections.unlocked.inside === VISITORS.length);
  sections.unlocked.open();
  await Promise.all(unlocked);

  const depth = (): number => manager.snapshot().locks.find(({ name }) => name === LOCK)?.queueDepth ?? -1;
  const locked: Promise<number | undefined>[] = [];
  for (const [i, who] of VISITORS.entries()) {
    locked.push(send(paths[i % paths.length]!, who));
    await until(`${i} wait behind the first`, () => sections.locked.inside === 1 && depth() === i);
  }
  sections.locked.open();
  const statuses = await Promise.all(locked);
  await new Promise((resolve) => server.close(resolve));

  const visited: Visited = {
    node: process.versions.node,
    copy: copyInUse(),
    mostUnlocked: sections.unlocked.most,
    most: sections.locked.most,
    entered: sections.locked.entered,
    statuses,
  };
  process.stdout.write(JSON.stringify(visited));
}

function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    });
    request.on('error', reject);
  });
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const start = Date.now();
  while (!holds()) {
    if (Date.now() - start > PATIENCE_MS) throw new Error(`not within ${PATIENCE_MS} ms: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function copyInUse(): string | undefined {
  try {
    new Lock(LOCK).release();
  } catch (error) {
    if (error instanceof LockNotHeldError) return /node_modules.lockmeter.dist.(esm|cjs)/.exec(error.stack ?? '')?.[1];
  }
  return undefined;
}
