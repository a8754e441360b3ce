/**
 * `@WithLock` on controllers, over real HTTP: one request inside at a time, whatever stands around the method.
 */
import { get } from 'node:http';
import type { Socket } from 'node:net';
import {
  CanActivate,
  Controller,
  ExecutionContext,
  Get,
  HttpCode,
  Param,
  ParseIntPipe,
  Post,
  Query,
  UseGuards,
} from '@nestjs/common';
import { locks } from 'lockmeter';
import { WithLock } from 'lockmeter/nestjs';
import { CriticalSection } from '../support/critical-section.js';
import { turn } from '../support/ticks.js';
import { until } from '../support/until.js';
import { ADAPTERS } from './adapters.js';
import { startApp, startLockedApp } from './start-app.js';

let section: CriticalSection;

beforeEach(() => {
  section = new CriticalSection();
});

class Closed implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return context.switchToHttp().getRequest().query.pass !== 'no';
  }
}

@Controller('shop')
class ShopController {
  @WithLock('shop')
  @Get('above/:who')
  above(@Param('who') who: string) {
    return section.enter(who);
  }

  @Post('below/:who')
  @HttpCode(202)
  @WithLock('shop')
  below(@Param('who') who: string) {
    return section.enter(who);
  }

  @Get('unlocked/:who')
  unlocked(@Param('who') who: string) {
    return section.enter(who);
  }

  @Get('guarded/:id')
  @UseGuards(Closed)
  @WithLock('shop', { key: (id: number) => id })
  async guarded(@Param('id', ParseIntPipe) id: number, @Query('who') who: string) {
    return `${await section.enter(who)} ${typeof id} ${id}`;
  }
}

describe.each(ADAPTERS)('on %s', (_server, adapter) => {
  test.each([
    ['above @Get', 'get', '/shop/above', 200],
    ['below @Post', 'post', '/shop/below', 202],
  ] as const)('serialises %s, in the order of arrival', async (_where, method, path, status) => {
    const { send, manager } = await startLockedApp({ controllers: [ShopController] }, { adapter });
    const shop = manager.lock('shop');

    const a = send(method, `${path}/a`);
    await until(() => shop.locked());
    const b = send(method, `${path}/b`);
    await until(() => shop.queueDepth === 1);
    const c = send(method, `${path}/c`);
    await until(() => shop.queueDepth === 2);
    expect(section.entered).toEqual(['a']);

    for (const [answer, next] of [
      [a, 2],
      [b, 3],
      [c, 3],
    ] as const) {
      section.leave();
      expect((await answer).status).toBe(status);
      await until(() => section.entered.length === next);
    }
    expect(section.entered).toEqual(['a', 'b', 'c']);
    expect(section.most).toBe(1);
    expect((await b).text).toBe('b');
    expect(shop.locked()).toBe(false);
  });

  test('without the decorator the same requests overlap', async () => {
    const { send } = await startLockedApp({ controllers: [ShopController] }, { adapter });
    const both = [send('get', '/shop/unlocked/a'), send('get', '/shop/unlocked/b')];
    await until(() => section.entered.length === 2);
    section.leave();
    section.leave();
    await Promise.all(both);
    expect(section.most).toBe(2);
  });

  test('parameters and pipes reach the method as they would without it', async () => {
    const { send } = await startLockedApp({ controllers: [ShopController] }, { adapter });
    const answer = send('get', '/shop/guarded/7?who=a');
    await until(() => section.entered.length === 1);
    section.leave();
    expect((await answer).text).toBe('a number 7');
  });

  test.each([
    ['a pipe', '/shop/guarded/seven', 400],
    ['a guard', '/shop/guarded/7?pass=no', 403],
  ])('what %s refuses is answered at once and never queues', async (_who, path, status) => {
    const { send, manager } = await startLockedApp({ controllers: [ShopController] }, { adapter });
    const holder = await manager.lock('shop', 7).hold();
    expect((await send('get', path)).status).toBe(status);
    const { outcomes, queueDepth, contended } = manager.snapshot().locks.find(({ name }) => name === 'shop')!;
    expect({ acquired: outcomes.acquired, queueDepth, contended }).toEqual({
      acquired: 1,
      queueDepth: 0,
      contended: 0,
    });
    await holder.release();
  });

  test('the next request does not enter while the handler of a client that left still runs', async () => {
    const { app, send, port, manager } = await startLockedApp({ controllers: [ShopController] }, { adapter });
    const shop = manager.lock('shop');

    const seenToLeave = new Promise((resolve) =>
      app.getHttpServer().once('connection', (socket: Socket) => socket.once('close', resolve)),
    );
    const client = get({ port, host: '127.0.0.1', path: '/shop/above/leaver' });
    client.on('error', () => {}); // its socket is destroyed below
    await until(() => section.entered.length === 1);
    const next = send('get', '/shop/above/next');
    await until(() => shop.queueDepth === 1);

    client.destroy();
    await seenToLeave;
    await turn();
    expect(section.entered).toEqual(['leaver']);
    expect(shop.queueDepth).toBe(1);

    section.leave();
    await until(() => section.entered.length === 2);
    section.leave();
    expect((await next).text).toBe('next');
    expect(section.most).toBe(1);
  });

  test('needs no module: the lock is one of the process', async () => {
    const { send } = await startApp({ controllers: [ShopController] }, { adapter });
    const shop = locks.lock('shop');
    const a = send('get', '/shop/above/a');
    await until(() => shop.locked());
    const b = send('post', '/shop/below/b');
    await until(() => shop.queueDepth === 1);
    section.leave();
    expect((await a).text).toBe('a');
    await until(() => section.entered.length === 2);
    section.leave();
    expect((await b).text).toBe('b');
    expect(section.most).toBe(1);
  });
});
