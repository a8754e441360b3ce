/**
 * `@WithLock` on a WebSocket gateway, with real sockets.
 */
import { once } from 'node:events';
import { UseFilters } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { LockExceptionFilter, WithLock } from 'lockmeter/nestjs';
import { type Observable, of } from 'rxjs';
import { WebSocket } from 'ws';
import { CriticalSection } from '../support/critical-section.js';
import { until } from '../support/until.js';
import { startLockedApp } from './start-app.js';

let section: CriticalSection;

beforeEach(() => {
  section = new CriticalSection();
});

@UseFilters(LockExceptionFilter)
@WebSocketGateway()
class ShopGateway {
  @WithLock('shop')
  @SubscribeMessage('above')
  async above(@MessageBody() who: string) {
    return { event: 'done', data: await section.enter(who) };
  }

  @SubscribeMessage('below')
  @WithLock('shop')
  async below(@MessageBody() who: string) {
    return { event: 'done', data: await section.enter(who) };
  }

  @SubscribeMessage('observable')
  @WithLock('shop')
  observable(@MessageBody() who: string): Observable<object> {
    return of({ event: 'done', data: who });
  }

  @SubscribeMessage('impatient')
  @WithLock('shop', { timeout: 0 })
  async impatient(): Promise<string> {
    return 'never';
  }
}

async function start() {
  const { port, manager } = await startLockedApp(
    { providers: [ShopGateway] },
    { prepare: (app) => app.useWebSocketAdapter(new WsAdapter(app)) },
  );
  const socket = new WebSocket(`ws://127.0.0.1:${port}`);
  const received: unknown[] = [];
  socket.on('message', (text) => received.push(JSON.parse(String(text))));
  await once(socket, 'open');
  const send = (event: string, data: string): void => socket.send(JSON.stringify({ event, data }));
  return { send, received, shop: manager.lock('shop') };
}

test('messages take turns, above and below @SubscribeMessage', async () => {
  const { send, received, shop } = await start();
  send('above', 'a');
  send('below', 'b');
  await until(() => shop.queueDepth === 1);
  expect(section.entered).toEqual(['a']);
  section.leave();
  await until(() => section.entered.length === 2);
  section.leave();
  await until(() => received.length === 2);
  expect(received).toEqual([
    { event: 'done', data: 'a' },
    { event: 'done', data: 'b' },
  ]);
});

test('an Observable of answers waits for its turn', async () => {
  const { send, received, shop } = await start();
  const holder = await shop.hold();
  send('observable', 'a');
  await until(() => shop.queueDepth === 1);
  expect(received).toEqual([]);
  await holder.release();
  await until(() => received.length === 1);
  expect(received).toEqual([{ event: 'done', data: 'a' }]);
});

test('with the filter on the gateway, a refusal is an exception event that names neither holder nor key', async () => {
  const { send, received, shop } = await start();
  const holder = await shop.hold({ label: 'secret-holder' });
  send('impatient', 'a');
  await until(() => received.length === 1);
  const message = 'Too many requests are waiting for the same resource. Try again later.';
  expect(received).toEqual([{ event: 'exception', data: { status: 'error', message, code: 'ERR_LOCK_TIMEOUT' } }]);
  await holder.release();
});
