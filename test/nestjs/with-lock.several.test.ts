/**
 * `key` that gives several keys: all of their locks at once, in an order of their own.
 */
import { Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { LockManager, LockTimeoutError } from 'lockmeter';
import { WithLock } from 'lockmeter/nestjs';
import { defer, lastValueFrom, type Observable } from 'rxjs';
import { CriticalSection } from '../support/critical-section.js';
import { isolatedManager } from '../support/isolated.js';
import { turn } from '../support/ticks.js';
import { until } from '../support/until.js';

let section: CriticalSection;
let manager: LockManager;
let bank: Bank;

@Injectable()
class Bank {
  @WithLock('account', { key: (from: string, to: string) => [from, to] })
  async transfer(from: string, to: string): Promise<string> {
    return section.enter(`${from} to ${to}`);
  }

  @WithLock('account', { key: (from: string, to: string) => [from, to], timeout: 0 })
  async transferNow(from: string, to: string): Promise<string> {
    return section.enter(`${from} to ${to}`);
  }

  @WithLock('account', { key: (accounts: readonly string[]) => accounts })
  async audit(accounts: readonly string[]): Promise<Observable<string>> {
    return defer(() => section.enter(`audit of ${accounts.length}`));
  }
}

beforeEach(async () => {
  section = new CriticalSection();
  manager = isolatedManager();
  const module = await Test.createTestingModule({
    providers: [Bank, { provide: LockManager, useValue: manager }],
  }).compile();
  bank = module.get(Bank);
});

const locked = (...accounts: string[]) => accounts.map((account) => manager.lock('account', account).locked());

test('it runs with all of them held, and others wait for any of them', async () => {
  const first = bank.transfer('a', 'b');
  await until(() => section.entered.length === 1);
  expect(locked('a', 'b', 'c')).toEqual([true, true, false]);
  const second = bank.transfer('c', 'b');
  await turn();
  expect(section.entered).toEqual(['a to b']);
  section.leave();
  expect(await first).toBe('a to b');
  await until(() => section.entered.length === 2);
  expect(locked('a', 'b', 'c')).toEqual([false, true, true]);
  section.leave();
  await second;
  expect(locked('a', 'b', 'c')).toEqual([false, false, false]);
});

test('callers that name them in opposite orders do not wait for each other', async () => {
  const both = [bank.transfer('a', 'b'), bank.transfer('b', 'a')];
  for (let entered = 1; entered <= 2; entered++) {
    await until(() => section.entered.length === entered);
    section.leave();
  }
  expect(await Promise.all(both)).toEqual(['a to b', 'b to a']);
  expect(section.most).toBe(1);
});

test('a key twice is one lock', async () => {
  const transfer = bank.transfer('a', 'a');
  await until(() => section.entered.length === 1);
  section.leave();
  expect(await transfer).toBe('a to a');
});

test('all or nothing: if one cannot be had the others are let go', async () => {
  const holder = await manager.lock('account', 'b').hold();
  await expect(bank.transferNow('a', 'b')).rejects.toThrow(LockTimeoutError);
  expect(locked('a')).toEqual([false]);
  expect(section.entered).toEqual([]);
  await holder.release();
});

test('an Observable holds all of them for each subscription, those that were asked for at the call', async () => {
  const accounts = ['a', 'b'];
  const audit = await bank.audit(accounts);
  accounts.push('c');
  expect(locked('a', 'b')).toEqual([false, false]);
  const result = lastValueFrom(audit);
  await until(() => section.entered.length === 1);
  expect(locked('a', 'b', 'c')).toEqual([true, true, false]);
  section.leave();
  expect(await result).toBe('audit of 3');
  await until(() => !locked('a', 'b').includes(true));
});

test('no keys: no lock, and it runs at once', async () => {
  const result = lastValueFrom(await bank.audit([]));
  section.leave();
  expect(await result).toBe('audit of 0');
  expect(manager.snapshot().locks).toEqual([]);
});

test('an undefined among them is a TypeError, and nothing was locked', async () => {
  await expect(bank.transfer('a', undefined as unknown as string)).rejects.toThrow(TypeError);
  expect(locked('a')).toEqual([false]);
  expect(section.entered).toEqual([]);
});
