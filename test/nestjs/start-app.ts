/**
 * Nest applications for tests: on a real socket, and closed after each test.
 */
import { INestApplication, Module, type ModuleMetadata } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { LockManager, StatsRegistry } from 'lockmeter';
import { type ApplicationLockOptions, LockModule } from 'lockmeter/nestjs';
import request from 'supertest';
import type { MakeAdapter } from './adapters.js';

const running: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((app) => app.close()));
});

/** Has `app` closed after the test. */
export function closeAfterTest<T extends { close(): Promise<unknown> }>(app: T): T {
  running.push(app);
  return app;
}

/** An application that listens. */
export interface StartedApp {
  app: INestApplication;
  port: number;
  /** Sends a request now; resolves with the response, whatever its status. */
  send(method: 'get' | 'post', path: string, body?: object): Promise<request.Response>;
}

/** How an application is made. */
export interface StartOptions {
  /** Its HTTP server. Default: Express. */
  adapter?: MakeAdapter | undefined;
  /** What is to be done before it listens. */
  prepare?(app: INestApplication): void;
}

/** Makes an application of `metadata` and lets it listen on a free port. */
export async function startApp(
  metadata: ModuleMetadata,
  { adapter = () => new ExpressAdapter(), prepare }: StartOptions = {},
): Promise<StartedApp> {
  @Module(metadata)
  class AppModule {}
  const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
  const app = closeAfterTest(module.createNestApplication(adapter(), { logger: false }));
  prepare?.(app);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as { port: number };
  return {
    app,
    port,
    // Without a keep-alive connection the server has nothing to wait for when it closes.
    send: (method, path, body) =>
      request(`http://127.0.0.1:${port}`)[method](path).set('Connection', 'close').send(body).then(),
  };
}

/** An application with `LockModule` and numbers of its own. */
export async function startLockedApp(
  metadata: ModuleMetadata,
  options: ApplicationLockOptions & StartOptions = {},
): Promise<StartedApp & { manager: LockManager }> {
  const { adapter, prepare, ...lockOptions } = options;
  const lockModule = LockModule.forRoot({ stats: new StatsRegistry(), ...lockOptions });
  const started = await startApp({ ...metadata, imports: [lockModule, ...(metadata.imports ?? [])] }, options);
  return { ...started, manager: started.app.get(LockManager) };
}
