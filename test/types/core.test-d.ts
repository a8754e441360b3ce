/** What the core's functions return and refuse, as the compiler sees it. */
import {
  type Hold,
  Lock,
  LockError,
  type LockKey,
  LockManager,
  LockTimeoutError,
  locks,
  type Outcome,
  type Snapshot,
  withLock,
} from 'lockmeter';
import { type Exact, expectType } from './exact.js';

declare const lock: Lock;

// acquire and its kin
const acquired = lock.acquire();
expectType<Exact<typeof acquired, Promise<true>>>();
const tried = lock.tryAcquire();
expectType<Exact<typeof tried, boolean>>();
const held = lock.hold({ timeout: 5_000 });
expectType<Exact<typeof held, Promise<Hold>>>();
const isLocked = lock.locked();
expectType<Exact<typeof isLocked, boolean>>();
// @ts-expect-error a method, as in asyncio: it would always be true
if (lock.locked) lock.release();

// run gives what the body gives, once awaited
const ofAsync = lock.run(async () => 7);
expectType<Exact<typeof ofAsync, Promise<number>>>();
const ofSync = locks.run('inventory', (hold) => hold.waited, { key: 7 });
expectType<Exact<typeof ofSync, Promise<number>>>();
const ofEither = lock.run((): string | PromiseLike<string> => 'sku');
expectType<Exact<typeof ofEither, Promise<string>>>();
lock.run((hold) => {
  expectType<Exact<typeof hold, Hold>>();
});
// @ts-expect-error a promise is not a body: it would run before the lock is held
lock.run(Promise.resolve(7));

// runAll
const ofAll = locks.runAll([['account', 1], ['account', '2'], 'ledger'], (holds) => holds.length);
expectType<Exact<typeof ofAll, Promise<number>>>();
// @ts-expect-error a key is a string or a number
locks.runAll([['account', {}]], () => {});
// @ts-expect-error it has a key for each lock, and none for all
locks.runAll(['account'], () => {}, { key: 7 });

// wrap and withLock keep the parameters, and make a promise of what comes out
const wrapped = lock.wrap((sku: string, count?: number) => sku.length + (count ?? 0));
expectType<Exact<typeof wrapped, (sku: string, count?: number) => Promise<number>>>();
const charged = withLock('payments', async (order: { id: number }) => order.id, { key: (order) => order.id });
const charging = charged({ id: 7 });
expectType<Exact<typeof charging, Promise<number>>>();
expectType<Exact<Parameters<typeof charged>, [order: { id: number }]>>();
// @ts-expect-error the order has no such property
withLock('payments', async (order: { id: number }) => order.id, { key: (order) => order.sku });
// @ts-expect-error a key is not a boolean
withLock('payments', async (order: { id: number }) => order.id, { key: (order) => order.id > 7 });
// @ts-expect-error not the function's argument
charged({ id: '7' });

const account = {
  balance: 7,
  add: withLock('account', async function (this: { balance: number }, sum: number) {
    this.balance += sum;
  }),
};
const added = account.add(1);
expectType<Exact<typeof added, Promise<void>>>();
const { add } = account;
// @ts-expect-error it needs its `this`
add(1);

// keys and names
expectType<Exact<LockKey, string | number>>();
locks.lock('inventory', 'sku-1').toString();
locks.lock('inventory').toString();
// @ts-expect-error a key is a string or a number
locks.lock('inventory', { id: 7 });
// @ts-expect-error a missing key would be one lock for all
locks.lock('inventory', null);
// @ts-expect-error a lock has a name
new Lock();

// options that do not exist, or are something else
// @ts-expect-error `timeout`, in milliseconds
lock.run(() => {}, { timeoutMs: 5 });
// @ts-expect-error a number of milliseconds
lock.acquire({ timeout: '5s' });
// @ts-expect-error the signal, not what aborts it
lock.acquire({ signal: new AbortController() });
// @ts-expect-error one of three
new LockManager({ deadlocks: 'ignore' });
// @ts-expect-error a lock has no key of its own: a manager has keys
lock.run(() => {}, { key: 'sku-1' });

// errors and the snapshot
const error: unknown = undefined;
if (error instanceof LockError) {
  expectType<Exact<typeof error.lock, string>>();
  expectType<Exact<typeof error.key, string | undefined>>();
  expectType<Exact<typeof error.queueDepth, number>>();
}
if (error instanceof LockTimeoutError) expectType<Exact<typeof error.code, 'ERR_LOCK_TIMEOUT'>>();
const snapshot = locks.snapshot();
expectType<Exact<typeof snapshot, Snapshot>>();
expectType<Exact<(typeof snapshot.locks)[number]['outcomes'], Record<Outcome, number>>>();

// a hold ends its block
async function block(): Promise<void> {
  await using hold = await lock.hold();
  expectType<Exact<typeof hold.fencingToken, bigint | undefined>>();
  expectType<Exact<typeof hold.signal, AbortSignal>>();
  // @ts-expect-error what is waited was waited
  hold.waited = 0;
}
void block;
