/**
 * `@WithLock` on the handlers of a microservice, over TCP.
 */
import type { AddressInfo, Server } from 'node:net';
import { Controller, type INestMicroservice, Module } from '@nestjs/common';
import { ClientProxyFactory, MessagePattern, Payload, Transport } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { LockManager, StatsRegistry } from 'lockmeter';
import { LockModule, WithLock } from 'lockmeter/nestjs';
import { defer, lastValueFrom, type Observable } from 'rxjs';
import { CriticalSection } from '../support/critical-section.js';
import { until } from '../support/until.js';
import { closeAfterTest, startLockedApp } from './start-app.js';

let section: CriticalSection;

beforeEach(() => {
  section = new CriticalSection();
});

@Controller()
class ShopHandlers {
  @WithLock('shop')
  @MessagePattern('above')
  async above(@Payload() who: string): Promise<string> {
    return section.enter(who);
  }

  @MessagePattern('below')
  @WithLock('shop')
  async below(@Payload() who: string): Promise<string> {
    return section.enter(who);
  }

  @MessagePattern('observable')
  @WithLock('shop')
  observable(@Payload() who: string): Observable<string> {
    return defer(() => section.enter(who));
  }

  @MessagePattern('impatient')
  @WithLock('shop', { timeout: 0 })
  async impatient(): Promise<string> {
    return 'never';
  }
}

async function start() {
  @Module({ imports: [LockModule.forRoot({ stats: new StatsRegistry() })], controllers: [ShopHandlers] })
  class AppModule {}
  const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
  const options = { host: '127.0.0.1', port: 0 };
  const app = closeAfterTest(module.createNestMicroservice({ transport: Transport.TCP, options, logger: false }));
  await app.listen();
  const { port } = app.unwrap<Server>().address() as AddressInfo;
  const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { ...options, port } });
  closeAfterTest({ close: async () => client.close() });
  const send = (pattern: string, who: string): Promise<string> => lastValueFrom(client.send(pattern, who));
  return { send, shop: module.get(LockManager).lock('shop') };
}

test.each(['above', 'below', 'observable'])('%s: messages take turns', async (pattern) => {
  const { send, shop } = await start();
  const a = send(pattern, 'a');
  await until(() => section.entered.length === 1);
  const b = send(pattern, 'b');
  await until(() => shop.queueDepth === 1);
  section.leave();
  expect(await a).toBe('a');
  await until(() => section.entered.length === 2);
  section.leave();
  expect(await b).toBe('b');
  expect(section.most).toBe(1);
});

test('a refusal is an error with a code, and names neither holder nor key', async () => {
  const { send, shop } = await start();
  const holder = await shop.hold({ label: 'secret-holder' });
  const error = await send('impatient', 'a').catch((reason: unknown) => reason);
  expect(error).toEqual({
    statusCode: 503,
    error: 'Service Unavailable',
    message: 'Too many requests are waiting for the same resource. Try again later.',
    code: 'ERR_LOCK_TIMEOUT',
  });
  await holder.release();
});

test.each([
  [false, { status: 'error', message: 'Internal server error' }],
  [true, expect.objectContaining({ statusCode: 503, code: 'ERR_LOCK_TIMEOUT' })],
])('in a hybrid application with inheritAppConfig: %p a refusal is %p', async (inheritAppConfig, expected) => {
  const options = { host: '127.0.0.1', port: 0 };
  let service: INestMicroservice | undefined;
  const { app, manager } = await startLockedApp(
    { controllers: [ShopHandlers] },
    {
      prepare: (hybrid) => {
        service = hybrid.connectMicroservice({ transport: Transport.TCP, options }, { inheritAppConfig });
      },
    },
  );
  await app.startAllMicroservices();
  const { port } = service!.unwrap<Server>().address() as AddressInfo;
  const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { ...options, port } });
  closeAfterTest({ close: async () => client.close() });
  const holder = await manager.lock('shop').hold();
  await expect(lastValueFrom(client.send('impatient', 'a'))).rejects.toEqual(expected);
  await holder.release();
});
