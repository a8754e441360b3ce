/**
 * Scopes: however many instances of a provider there are, they share its lock.
 */
import { Controller, Get, Inject, Injectable, Param, Scope } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { WithLock } from 'lockmeter/nestjs';
import { CriticalSection } from '../support/critical-section.js';
import { until } from '../support/until.js';
import { ADAPTERS } from './adapters.js';
import { startLockedApp } from './start-app.js';

let section: CriticalSection;
let instances: Set<object>;

beforeEach(() => {
  section = new CriticalSection();
  instances = new Set();
});

/** A provider of this scope, and a controller of that one, which have methods under one lock; and another controller. */
function cartOf(scope: Scope, controllerScope: Scope) {
  @Injectable({ scope })
  class Cart {
    @WithLock('cart')
    async add(who: string): Promise<string> {
      instances.add(this);
      return section.enter(who);
    }
  }

  @Controller({ path: 'cart', scope: controllerScope })
  class CartController {
    constructor(@Inject(Cart) private readonly cart: Cart) {}

    @Get('one/:who')
    through(@Param('who') who: string): Promise<string> {
      return this.cart.add(who);
    }

    @WithLock('cart')
    @Get('own/:who')
    async own(@Param('who') who: string): Promise<string> {
      instances.add(this);
      return section.enter(who);
    }
  }

  @Controller('cart')
  class OtherController {
    constructor(@Inject(Cart) private readonly cart: Cart) {}

    @Get('other/:who')
    through(@Param('who') who: string): Promise<string> {
      return this.cart.add(who);
    }
  }
  return { providers: [Cart], controllers: [CartController, OtherController] };
}

const { DEFAULT, REQUEST: PER_REQUEST, TRANSIENT } = Scope;

describe.each(ADAPTERS)('on %s', (_server, adapter) => {
  test.each([
    ['default providers', DEFAULT, DEFAULT, ['one', 'other'], 1],
    ['transient providers', TRANSIENT, DEFAULT, ['one', 'other'], 2],
    ['request-scoped providers', PER_REQUEST, DEFAULT, ['one', 'one'], 2],
    ['default controllers', DEFAULT, DEFAULT, ['own', 'own'], 1],
    ['request-scoped controllers', DEFAULT, PER_REQUEST, ['own', 'own'], 2],
    ['a transient provider and its controller', TRANSIENT, PER_REQUEST, ['one', 'own'], 2],
  ])('%s take turns', async (_what, scope, controllerScope, [first, second], expected) => {
    const { send, manager } = await startLockedApp(cartOf(scope, controllerScope), { adapter });
    const a = send('get', `/cart/${first}/a`);
    await until(() => manager.lock('cart').locked());
    const b = send('get', `/cart/${second}/b`);
    await until(() => manager.lock('cart').queueDepth === 1);
    section.leave();
    expect((await a).text).toBe('a');
    await until(() => section.entered.length === 2);
    section.leave();
    expect((await b).text).toBe('b');
    expect(section.most).toBe(1);
    expect(instances.size).toBe(expected);
  });
});

test('a request-scoped provider is its request’s, after a wait too', async () => {
  @Injectable({ scope: Scope.REQUEST })
  class Cart {
    constructor(@Inject(REQUEST) readonly request: { url: string }) {}

    @WithLock('cart')
    async add(who: string): Promise<string> {
      return `${this.request.url} ${await section.enter(who)}`;
    }
  }
  @Controller()
  class CartController {
    constructor(@Inject(Cart) private readonly cart: Cart) {}

    @Get('cart/:who')
    add(@Param('who') who: string): Promise<string> {
      return this.cart.add(who);
    }
  }
  const { send, manager } = await startLockedApp({ providers: [Cart], controllers: [CartController] });
  const a = send('get', '/cart/a');
  await until(() => manager.lock('cart').locked());
  const b = send('get', '/cart/b');
  await until(() => manager.lock('cart').queueDepth === 1);
  section.leave();
  expect((await a).text).toBe('/cart/a a');
  await until(() => section.entered.length === 2);
  section.leave();
  expect((await b).text).toBe('/cart/b b');
});
