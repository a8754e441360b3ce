/** What the bench uses of two packages that TypeScript finds no types of. */
declare module 'redlock4' {
  import type { Redis } from 'ioredis';

  export default class Redlock {
    constructor(clients: Redis[], options: { retryCount?: number; retryDelay?: number; retryJitter?: number });
    acquire(resource: string, ttl: number): Promise<{ unlock(): Promise<void> }>;
  }
}

declare module 'redlock5' {
  import type { Redis } from 'ioredis';

  export default class Redlock {
    constructor(clients: Redis[], options: { retryCount?: number; retryDelay?: number; retryJitter?: number });
    acquire(resources: string[], ttl: number): Promise<{ release(): Promise<unknown> }>;
  }
}
