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

test.each([
  ['a property', (prototype: object) => [prototype, 'stock', undefined]],
  ['a getter', (prototype: object) => [prototype, 'stock', Object.getOwnPropertyDescriptor(prototype, 'stock')]],
])('%s is an error that says where', (_target, target) => {
  class Shop {
    get stock(): number {
      return 7;
    }
  }
  expect(() => decorate('inventory')(...target(Shop.prototype))).toThrow(
    new TypeError('@WithLock("inventory") on Shop.stock: it must be on a method, for it wraps the calls of one'),
  );
});

test('a class is an error that says where', () => {
  class Shop {}
  expect(() => decorate('inventory')(Shop)).toThrow(/^@WithLock\("inventory"\) on Shop: it must be on a method/);
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
  return expect(new Shop().fits('red', 7)).resolves.toBe('red7');
});
