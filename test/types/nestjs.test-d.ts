/** What `@WithLock` can be put on, and how its functions are checked against the method's parameters. */
import type { DynamicModule } from '@nestjs/common';
import type { Lock } from 'lockmeter';
import { InjectLock, LockModule, WithLock } from 'lockmeter/nestjs';
import { type Exact, expectType } from './exact.js';

interface Order {
  id: number;
  client: AbortSignal;
}

class Accepted {
  constructor(@InjectLock('inventory') readonly lock: Lock) {}

  @WithLock('inventory')
  async plain(_sku: string): Promise<number> {
    return 7;
  }

  @WithLock('inventory', { key: (sku: string) => sku, timeout: 5_000, maxQueue: 10, label: 'reserve' })
  async leadingParameter(_sku: string, _count: number): Promise<void> {}

  @WithLock('inventory', { key: (sku: string, count: number) => `${sku}:${count}` })
  async everyParameter(_sku: string, _count: number): Promise<void> {}

  @WithLock('inventory', { key: () => 'one' })
  async noParameter(_sku: string): Promise<void> {}

  @WithLock('order', { key: ({ id }: Pick<Order, 'id'>) => id })
  async widerParameter(_order: Order): Promise<void> {}

  @WithLock('order', { key: (order: Order) => order.id, signal: (order: Order) => order.client })
  async withSignal(_order: Order): Promise<void> {}

  @WithLock('account', { key: (from: number, to: number) => [from, to] })
  async several(_from: number, _to: number): Promise<void> {}

  @WithLock('inventory', { key: (sku: string) => sku })
  static async ofTheClass(_sku: string): Promise<void> {}
}

// the method is what it was
expectType<Exact<Accepted['plain'], (sku: string) => Promise<number>>>();

class Refused {
  // @ts-expect-error the method's parameter is a number
  @WithLock('inventory', { key: (sku: string) => sku })
  async anotherType(_id: number): Promise<void> {}

  // @ts-expect-error the method has one parameter
  @WithLock('inventory', { key: (_sku: string, count: number) => count })
  async tooMany(_sku: string): Promise<void> {}

  // @ts-expect-error the method has no parameter
  @WithLock('inventory', { signal: (client: AbortSignal) => client })
  async noSignal(): Promise<void> {}

  // @ts-expect-error a key is a string or a number
  @WithLock('inventory', { key: (sku: string) => sku === '' })
  async notAKey(_sku: string): Promise<void> {}

  // @ts-expect-error it is `timeout`
  @WithLock('inventory', { timeoutMs: 5 })
  async unknownOption(): Promise<void> {}

  // @ts-expect-error a property is not a method
  @WithLock('inventory')
  property = 7;

  // @ts-expect-error a getter is not a method
  @WithLock('inventory')
  get value(): number {
    return 7;
  }
}
void Refused;

// the module
const withOptions = LockModule.forRoot({ timeout: 5_000, isGlobal: false });
expectType<Exact<typeof withOptions, DynamicModule>>();
LockModule.forRootAsync({ useFactory: async (timeout: number) => ({ timeout }), inject: ['TIMEOUT'] });
// @ts-expect-error a number of milliseconds
LockModule.forRoot({ timeout: '5s' });
// @ts-expect-error an option that does not exist
LockModule.forRoot({ retries: 3 });
