/**
 * `@WithLock` on handlers that answer with Observables, over real HTTP: bodies and server-sent events.
 */
import { type ClientRequest, get } from 'node:http';
import { Controller, Get, type MessageEvent, Param, Sse, SseSignal } from '@nestjs/common';
import { WithLock } from 'lockmeter/nestjs';
import { defer, map, NEVER, Observable, startWith } from 'rxjs';
import { CriticalSection } from '../support/critical-section.js';
import { until } from '../support/until.js';
import { ADAPTERS } from './adapters.js';
import { startLockedApp } from './start-app.js';

let section: CriticalSection;
let tornDown: number;

beforeEach(() => {
  section = new CriticalSection();
  tornDown = 0;
});

@Controller()
class FeedController {
  @Get('body/:who')
  @WithLock('feed')
  body(@Param('who') who: string): Observable<string> {
    return defer(() => section.enter(who));
  }

  @WithLock('feed')
  @Sse('events/:who')
  events(@Param('who') who: string): Observable<MessageEvent> {
    return defer(() => section.enter(who)).pipe(map((data) => ({ data })));
  }

  @WithLock('feed', { signal: (signal: AbortSignal) => signal })
  @Sse('endless')
  endless(@SseSignal() _signal: AbortSignal): Observable<MessageEvent> {
    return new Observable((subscriber) => {
      const source = NEVER.pipe(startWith({ data: 'here' })).subscribe(subscriber);
      return () => {
        tornDown++;
        source.unsubscribe();
      };
    });
  }
}

/** An event stream whose client can leave. */
function openStream(port: number, path: string): { client: ClientRequest; text: () => string } {
  let text = '';
  const client = get({ port, host: '127.0.0.1', path }, (response) => {
    response.on('data', (chunk) => {
      text += chunk;
    });
    response.on('error', () => {}); // the client leaves in the middle
  });
  client.on('error', () => {});
  return { client, text: () => text };
}

describe.each(ADAPTERS)('on %s', (_server, adapter) => {
  test.each([
    ['body', 'a', 'b', 'c'],
    ['events', 'data: a', 'data: b', 'data: c'],
  ])('three concurrent requests for a %s never overlap', async (path, ...expected) => {
    const { send, manager } = await startLockedApp({ controllers: [FeedController] }, { adapter });
    const answers = ['a', 'b', 'c'].map((who) => send('get', `/${path}/${who}`));
    for (let entered = 1; entered <= 3; entered++) {
      await until(() => section.entered.length === entered);
      section.leave();
    }
    const bodies = (await Promise.all(answers)).map(({ text }) => text);
    for (const [i, body] of bodies.entries()) expect(body).toContain(expected[i]);
    expect(section.most).toBe(1);
    await until(() => !manager.lock('feed').locked());
  });

  test('the client of an endless stream leaves: the stream is torn down and the lock is free', async () => {
    const { port, manager } = await startLockedApp({ controllers: [FeedController] }, { adapter });
    const stream = openStream(port, '/endless');
    await until(() => stream.text().includes('data: here'));
    expect(manager.lock('feed').locked()).toBe(true);
    stream.client.destroy();
    await until(() => tornDown === 1 && !manager.lock('feed').locked(), 'the lock of the stream to be free');
  });

  test('a client that leaves while its request is queued leaves the queue, given the signal of the request', async () => {
    const { port, manager } = await startLockedApp({ controllers: [FeedController] }, { adapter });
    const feed = manager.lock('feed');
    const holder = await feed.hold();
    const stream = openStream(port, '/endless');
    await until(() => feed.queueDepth === 1);
    stream.client.destroy();
    await until(() => feed.queueDepth === 0, 'the client to leave the queue');
    await holder.release();
    expect(tornDown).toBe(0);
  });
});
