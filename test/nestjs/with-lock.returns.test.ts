/**
 * What methods under a lock may return, and until when the lock is held for it. Observables have a file of their own.
 */
import { Readable } from 'node:stream';
import { Controller, Get, Injectable, StreamableFile } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { LockManager } from 'lockmeter';
import { WithLock } from 'lockmeter/nestjs';
import { deferred } from '../support/deferred.js';
import { isolatedManager } from '../support/isolated.js';
import { until } from '../support/until.js';
import { ADAPTERS } from './adapters.js';
import { startLockedApp } from './start-app.js';

const broken = new Error('out of stock');
/** Has `then` but is no Promise, as the query builders of ORMs are. */
// biome-ignore lint/suspicious/noThenProperty: what a query builder looks like
const thenable = { then: (resolve: (value: string) => void) => resolve('thenable') };

@Injectable()
class Returns {
  @WithLock('shop')
  nothing(): void {}

  @WithLock('shop')
  value(): string {
    return 'value';
  }

  @WithLock('shop')
  throws(): never {
    throw broken;
  }

  @WithLock('shop')
  async asyncValue(): Promise<string> {
    return 'async';
  }

  @WithLock('shop')
  async rejects(): Promise<never> {
    throw broken;
  }

  @WithLock('shop')
  thenable(): typeof thenable {
    return thenable;
  }

  @WithLock('shop')
  async waits(work: Promise<string>): Promise<string> {
    return work;
  }

  @WithLock('shop')
  async iterator(): Promise<AsyncIterable<number>> {
    return numbers();
  }
}

async function* numbers(): AsyncGenerator<number> {
  yield 1;
  yield 2;
}

async function start() {
  const manager = isolatedManager();
  const module = await Test.createTestingModule({
    providers: [Returns, { provide: LockManager, useValue: manager }],
  }).compile();
  return { returns: module.get(Returns), lock: manager.lock('shop') };
}

test.each([
  ['nothing', undefined],
  ['value', 'value'],
  ['asyncValue', 'async'],
  ['thenable', 'thenable'],
] as const)('%s: a promise of it, and the lock is free', async (method, expected) => {
  const { returns, lock } = await start();
  const result: unknown = returns[method]();
  expect(result).toBeInstanceOf(Promise);
  expect(lock.locked()).toBe(true);
  expect(await result).toBe(expected);
  expect(lock.locked()).toBe(false);
});

test.each(['throws', 'rejects'] as const)('%s: a promise that rejects with the very error', async (method) => {
  const { returns, lock } = await start();
  await expect(returns[method]()).rejects.toBe(broken);
  expect(lock.locked()).toBe(false);
});

test('a promise: held until it settles', async () => {
  const { returns, lock } = await start();
  const work = deferred<string>();
  const result = returns.waits(work.promise);
  await Promise.resolve();
  expect(lock.locked()).toBe(true);
  work.resolve('done');
  expect(await result).toBe('done');
  expect(lock.locked()).toBe(false);
});

test('an AsyncIterator: held until the method has made it, not while it is gone through', async () => {
  const { returns, lock } = await start();
  const seen: [number, boolean][] = [];
  for await (const value of await returns.iterator()) seen.push([value, lock.locked()]);
  expect(seen).toEqual([
    [1, false],
    [2, false],
  ]);
});

describe.each(ADAPTERS)('a StreamableFile on %s', (_server, adapter) => {
  test('held until the method has made it, and sent whole', async () => {
    const body = new Readable({ read() {} });

    @Controller()
    class FileController {
      @Get('file')
      @WithLock('file')
      async file(): Promise<StreamableFile> {
        body.push('the first half, ');
        return new StreamableFile(body, { type: 'text/plain' });
      }
    }
    const { send, manager } = await startLockedApp({ controllers: [FileController] }, { adapter });
    const answer = send('get', '/file');
    await until(() => body.readableFlowing === true, 'the answer to have begun');
    expect(manager.lock('file').locked()).toBe(false);
    body.push('the second');
    body.push(null);
    expect(await answer).toMatchObject({ status: 200, text: 'the first half, the second', type: 'text/plain' });
  });
});
