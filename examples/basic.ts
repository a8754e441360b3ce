/**
 * The lock in thirty lines: a withdrawal that goes wrong without it, and what the lock knows afterwards.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { locks } from 'lockmeter';

let balance = 100;

async function withdraw(amount: number): Promise<void> {
  const read = balance;
  await sleep(10); // a database, a network: others run meanwhile
  balance = read - amount;
}

await Promise.all([withdraw(30), withdraw(30), withdraw(30)]);
console.log('without a lock', balance); // without a lock 70

balance = 100;
await Promise.all([30, 30, 30].map((amount) => locks.run('account', () => withdraw(amount))));
console.log('with a lock', balance); // with a lock 10

const slow = locks.run('account', () => sleep(50), { label: 'monthly report' });
const late = await locks.run('account', () => withdraw(5), { timeout: 20 }).catch((error) => error);
console.log(late.code, late.holderLabel); // ERR_LOCK_TIMEOUT monthly report
await slow;

const [account] = locks.snapshot().locks;
console.log(account!.outcomes.acquired, 'acquired,', account!.contended, 'had to wait'); // 4 acquired, 3 had to wait
