/**
 * The recipe of docs/nestjs.md for clients that leave while their request waits for a lock.
 */
import { get } from 'node:http';
import { Controller, createParamDecorator, type ExecutionContext, Get, HttpException, Param } from '@nestjs/common';
import { WithLock } from 'lockmeter/nestjs';
import { CriticalSection } from '../support/critical-section.js';
import { numbersOf } from '../support/isolated.js';
import { until } from '../support/until.js';
import { ADAPTERS } from './adapters.js';
import { startLockedApp } from './start-app.js';

const ClientSignal = createParamDecorator((_data: unknown, context: ExecutionContext): AbortSignal => {
  const response = context.switchToHttp().getResponse();
  const raw = response.raw ?? response; // Fastify has Node's response inside of its own
  const client = new AbortController();
  const leave = () => client.abort(new HttpException('The client left', 499));
  if (raw.destroyed) leave();
  else raw.once('close', leave);
  return client.signal;
});

let section: CriticalSection;

beforeEach(() => {
  section = new CriticalSection();
});

@Controller('shop')
class ShopController {
  @Get(':who')
  @WithLock('shop', { signal: (_who: string, signal: AbortSignal) => signal })
  async visit(@Param('who') who: string, @ClientSignal() _signal: AbortSignal): Promise<string> {
    return section.enter(who);
  }
}

test.each(ADAPTERS)('on %s: it leaves the queue, and its method does not run', async (_server, adapter) => {
  const { send, port, manager } = await startLockedApp({ controllers: [ShopController] }, { adapter });
  const shop = manager.lock('shop');
  const a = send('get', '/shop/a');
  await until(() => section.entered.length === 1);
  const leaver = get({ port, host: '127.0.0.1', path: '/shop/leaver' });
  leaver.on('error', () => {}); // its socket is destroyed below
  await until(() => shop.queueDepth === 1);
  const b = send('get', '/shop/b');
  await until(() => shop.queueDepth === 2);
  leaver.destroy();
  await until(() => shop.queueDepth === 1, 'the client to leave the queue');
  section.leave();
  expect((await a).text).toBe('a');
  await until(() => section.entered.length === 2);
  section.leave();
  expect((await b).text).toBe('b');
  expect(section.entered).toEqual(['a', 'b']);
  expect(numbersOf(manager, 'shop').outcomes.aborted).toBe(1);
});
