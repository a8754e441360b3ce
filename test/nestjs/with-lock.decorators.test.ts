/**
 * `@WithLock` on the methods and beside the decorators that there are in the field.
 */
import {
  applyDecorators,
  Controller,
  Get,
  HttpStatus,
  Inject,
  Injectable,
  mixin,
  Res,
  type Type,
  Version,
  VersioningType,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { LockManager } from 'lockmeter';
import { WithLock } from 'lockmeter/nestjs';
import { isolatedManager } from '../support/isolated.js';
import { ADAPTERS } from './adapters.js';
import { startLockedApp } from './start-app.js';

/** As tracers do it: a Proxy in place of the method. */
function Traced(): MethodDecorator {
  return (_target, _property, descriptor: PropertyDescriptor) => {
    const method = descriptor.value;
    descriptor.value = new Proxy(method, {
      apply: async (target, instance, args) => `traced ${await Reflect.apply(target, instance, args)}`,
    });
    for (const key of Reflect.getMetadataKeys(method)) {
      Reflect.defineMetadata(key, Reflect.getMetadata(key, method), descriptor.value);
    }
  };
}

/** As caches do it: the second call gives what the first one gave. */
function Cached(): MethodDecorator {
  return (_target, _property, descriptor: PropertyDescriptor) => {
    const method = descriptor.value;
    let kept: unknown;
    descriptor.value = async function (...args: unknown[]) {
      kept ??= await method.apply(this, args);
      return kept;
    };
  };
}

const LockedGet = (path: string) => applyDecorators(Get(path), WithLock('shop') as MethodDecorator);

/** What the locks of `manager` are asked by, in order. */
function labelsOf(manager: LockManager): (string | undefined)[] {
  const labels: (string | undefined)[] = [];
  manager.observe({ wants: () => true, attempt: ({ label }) => void labels.push(label) as undefined });
  return labels;
}

async function make<T>(type: Type<T>) {
  const manager = isolatedManager();
  const module = await Test.createTestingModule({
    providers: [type, { provide: LockManager, useValue: manager }],
  }).compile();
  return { instance: module.get(type), labels: labelsOf(manager) };
}

test('between decorators that put a Proxy in place of the method', async () => {
  @Injectable()
  class Shop {
    @Traced()
    @WithLock('shop')
    @Traced()
    async open(): Promise<string> {
      return 'open';
    }
  }
  const { instance, labels } = await make(Shop);
  expect(await instance.open()).toBe('traced traced open');
  expect(labels).toEqual(['Shop.open']);
});

test('below a cache only what is not kept takes the lock, above it every call does', async () => {
  @Injectable()
  class Shop {
    @Cached()
    @WithLock('shop')
    async below(): Promise<number> {
      return 7;
    }

    @WithLock('shop')
    @Cached()
    async above(): Promise<number> {
      return 7;
    }
  }
  const { instance, labels } = await make(Shop);
  for (const _ of [1, 2]) expect([await instance.below(), await instance.above()]).toEqual([7, 7]);
  expect(labels).toEqual(['Shop.below', 'Shop.above', 'Shop.above']);
});

test('a method of an abstract class, one whose name is a symbol, one of a mixin', async () => {
  const audit = Symbol('audit');
  abstract class Base {
    @WithLock('shop')
    async open(): Promise<string> {
      return this.greeting();
    }
    protected abstract greeting(): string;
  }
  const Counting = (start: number): Type<Base & { count(): Promise<number> }> => {
    abstract class Counter extends Base {
      @WithLock('counter')
      async count(): Promise<number> {
        return start;
      }
    }
    return mixin(Counter as unknown as Type<Counter>);
  };
  @Injectable()
  class Shop extends Counting(7) {
    protected greeting(): string {
      return 'welcome';
    }
    @WithLock('shop')
    async [audit](): Promise<string> {
      return 'audited';
    }
  }
  const { instance, labels } = await make(Shop);
  expect([await instance.open(), await instance[audit](), await instance.count()]).toEqual(['welcome', 'audited', 7]);
  expect(labels).toEqual(['Base.open', 'Shop.Symbol(audit)', expect.stringMatching(/\.count$/)]);
});

/** What the responses of both servers have. */
interface Answer {
  status(code: number): { send(text: string): void };
}

describe.each(ADAPTERS)('on %s', (_server, adapter) => {
  @Controller({ path: 'shop', version: '1' })
  class ShopController {
    constructor(@Inject(LockManager) private readonly manager: LockManager) {}

    @Get('by-hand')
    @WithLock('shop')
    async byHand(@Res() response: Answer): Promise<void> {
      response.status(HttpStatus.ACCEPTED).send(String(this.manager.lock('shop').locked()));
    }

    @WithLock('shop')
    @Get('passed-through')
    async passedThrough(@Res({ passthrough: true }) response: Answer): Promise<string> {
      response.status(HttpStatus.ACCEPTED);
      return String(this.manager.lock('shop').locked());
    }

    @LockedGet('composed')
    async composed(): Promise<string> {
      return String(this.manager.lock('shop').locked());
    }

    @WithLock('shop')
    @Version('2')
    @Get('composed')
    async second(): Promise<string> {
      return `second ${this.manager.lock('shop').locked()}`;
    }
  }

  test.each([
    ['@Res()', '/v1/shop/by-hand', 202, 'true'],
    ['@Res({ passthrough: true })', '/v1/shop/passed-through', 202, 'true'],
    ['applyDecorators', '/v1/shop/composed', 200, 'true'],
    ['@Version', '/v2/shop/composed', 200, 'second true'],
  ])('a handler with %s', async (_what, path, status, text) => {
    const { send, manager } = await startLockedApp(
      { controllers: [ShopController] },
      { adapter, prepare: (app) => void app.enableVersioning({ type: VersioningType.URI }) },
    );
    expect(await send('get', path)).toMatchObject({ status, text });
    expect(manager.lock('shop').locked()).toBe(false);
  });
});
