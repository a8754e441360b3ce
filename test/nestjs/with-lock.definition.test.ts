/**
 * What `@WithLock` says about a mistake: when the class is defined, and where it can, when it is compiled.
 */
import { WithLock } from 'lockmeter/nestjs';

/** The decorator as plain JavaScript sees it: unchecked. */
const decorate = WithLock as unknown as (name: unknown, options?: unknown) => (...target: unknown[]) => void;

/** Puts the decorator on a method. */
function onMethod(name: unknown, options?: unknown): void {
  const prototype = class Shop {
    async reserve(): Promise<void> {}
  }.prototype;
  decorate(name, options)(prototype, 'reserve', Object.getOwnPropertyDescriptor(prototype, 'reserve'));
}

test.each([
  ['an empty name', '', {}, TypeError, /name/],
  ['a name that is no string', 7, {}, TypeError, /name.*7/],
  ['a negative timeout', 'shop', { timeout: -1 }, RangeError, /timeout.*-1/],
  ['a timeout of NaN', 'shop', { timeout: Number.NaN }, RangeError, /timeout.*NaN/],
  ['a maxQueue of -1', 'shop', { maxQueue: -1 }, RangeError, /maxQueue.*-1/],
  ['a key that is no function', 'shop', { key: 'sku' }, TypeError, /key.*sku/],
  ['a signal that is no function', 'shop', { signal: new AbortController().signal }, TypeError, /signal/],
  ['a label that is no string', 'shop', { label: 7 }, TypeError, /label.*7/],
  ['a key function in place of the options', 'shop', (sku: string) => sku, TypeError, /options must be an object/],
  ['null in place of the options', 'shop', null, TypeError, /options must be an object/],
])('%s is an error when the class is defined', (_mistake, name, options, type, message) => {
  expect(() => onMethod(name, options)).toThrow(type);
  expect(() => onMethod(name, options)).toThrow(message);
});

test('good options are none', () => {
  expect(() => onMethod('shop', { timeout: 0, maxQueue: 0, label: 'shop', key: () => 1 })).not.toThrow();
});

test('the error says where', () => {
  expect(() => onMethod('shop', { timeout: -1 })).toThrow(/^@WithLock\("shop"\) on Shop.reserve: timeout must be/);
});

test.each([
  ['misspelt', { keys: () => 1 }, /Shop\.reserve: unknown option "keys": did you mean "key"\?/],
  ['of withLock only', { manager: undefined }, /Shop\.reserve: unknown option "manager": known are key, signal/],
])('an option that is %s is a TypeError', (_how, options, message) => {
  expect(() => onMethod('shop', options)).toThrow(TypeError);
  expect(() => onMethod('shop', options)).toThrow(message);
});

describe('what cannot run under a lock is a TypeError that names the member and says what to do', () => {
  class Shop {
    get stock(): number {
      return 7;
    }
    set price(_price: number) {}
    *shelves(): Generator<number> {
      yield 7;
    }
    async *deliveries(): AsyncGenerator<number> {
      yield 7;
    }
    static *branches(): Generator<number> {
      yield 7;
    }
  }
  const member = (target: object, name: string) => [target, name, Object.getOwnPropertyDescriptor(target, name)];

  test.each([
    ['a property', [Shop.prototype, 'tills', undefined], 'Shop.tills: a property', 'write it as a method'],
    ['a getter', member(Shop.prototype, 'stock'), 'Shop.stock: a getter or setter', 'make it an async method'],
    ['a setter', member(Shop.prototype, 'price'), 'Shop.price: a getter or setter', 'make it an async method'],
    ['a generator', member(Shop.prototype, 'shelves'), 'Shop.shelves: a generator', 'lock an async method'],
    [
      'an async generator',
      member(Shop.prototype, 'deliveries'),
      'Shop.deliveries: a generator',
      'lock an async method',
    ],
    ['a static generator', member(Shop, 'branches'), 'Shop.branches: a generator', 'lock an async method'],
    ['a class', [Shop], 'Shop: a class', 'put the decorator on each method'],
    ['a parameter', [Shop.prototype, 'sell', 0], 'Shop.sell: a parameter', 'put the decorator on the method'],
  ])('%s', (_what, target, where, advice) => {
    const put = (): void => decorate('inventory')(...target);
    expect(put).toThrow(TypeError);
    expect(put).toThrow(`@WithLock("inventory") on ${where} cannot run under a lock`);
    expect(put).toThrow(advice);
  });

  test('a method of a compiler without "experimentalDecorators"', () => {
    expect(() => decorate('inventory')(Shop.prototype, { kind: 'method', name: 'sell' })).toThrow(
      new TypeError(
        '@WithLock("inventory") on sell: it is a decorator of the kind that NestJS uses; ' +
          'set "experimentalDecorators" in the compiler’s options',
      ),
    );
  });

  test('and real classes say so when they are defined', () => {
    expect(() => {
      class Depot {
        // @ts-expect-error a property has no descriptor to put the wrapper in
        @WithLock('depot')
        move = async (): Promise<void> => {};
      }
      return Depot;
    }).toThrow(/Depot\.move: a property/);
    expect(() => {
      class Depot {
        // @ts-expect-error the value of an accessor is not a function
        @WithLock('depot')
        get stock(): number {
          return 7;
        }
      }
      return Depot;
    }).toThrow(/Depot\.stock: a getter/);
  });
});

test('the compiler checks key and signal against the leading parameters of the method', () => {
  class Shop {
    @WithLock('inventory', { key: (sku: string) => sku })
    async fits(sku: string, quantity: number): Promise<string> {
      return `${sku}${quantity}`;
    }

    @WithLock('inventory', { key: (sku: string) => sku, signal: (_sku: string, signal: AbortSignal) => signal })
    async fitsEachOnItsOwn(sku: string, _signal: AbortSignal): Promise<string> {
      return sku;
    }

    @WithLock('inventory', { key: (sku?: string) => sku ?? 'none', timeout: 250 })
    async fitsOptional(sku?: string): Promise<string | undefined> {
      return sku;
    }

    @WithLock('inventory', { timeout: 250 })
    async needsNone(sku: string): Promise<string> {
      return sku;
    }

    @WithLock('inventory', { key: (from: string, to: string) => [from, to] })
    async fitsSeveral(from: string, to: string): Promise<string> {
      return `${from}${to}`;
    }

    @WithLock('inventory', { key: (items: readonly { id: string }[]) => items.map(({ id }) => id) })
    async staysGeneric<T extends { id: string }>(items: readonly T[]): Promise<T | undefined> {
      return items[0];
    }

    // @ts-expect-error the method has a number where the key function wants a string
    @WithLock('inventory', { key: (sku: string) => sku })
    async wrongType(id: number): Promise<number> {
      return id;
    }

    // @ts-expect-error the method has fewer parameters than the key function wants
    @WithLock('inventory', { key: (_tenant: string, sku: string) => sku })
    async tooFew(tenant: string): Promise<string> {
      return tenant;
    }

    // @ts-expect-error the parameter may be missing, and then there would be no key
    @WithLock('inventory', { key: (sku: string) => sku })
    async mayBeMissing(sku?: string): Promise<string | undefined> {
      return sku;
    }

    // @ts-expect-error the method has no AbortSignal where the signal function wants one
    @WithLock('inventory', { signal: (signal: AbortSignal) => signal })
    async wrongSignal(sku: string): Promise<string> {
      return sku;
    }
  }
  // What is checked above is checked by the type checker; that the decorated methods still run is checked here.
  const wide = new Shop().staysGeneric([{ id: 'red', width: 7 }]);
  const width: Promise<number | undefined> = wide.then((item) => item?.width); // compiles: T is what was passed
  return Promise.all([expect(new Shop().fits('red', 7)).resolves.toBe('red7'), expect(width).resolves.toBe(7)]);
});
