/**
 * Nest applications for tests: on a real socket, and closed after each test.
 */
import { INestApplication, Module, type ModuleMetadata } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { LockManager, StatsRegistry } from 'lockmeter';
import { LockModule } from 'lockmeter/nestjs';
import request from 'supertest';

const running: INestApplication[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((app) => app.close()));
});

/** An application that listens. */
export interface StartedApp {
  app: INestApplication;
  port: number;
  /** Sends a request now; resolves with the response, whatever its status. */
  send(method: 'get' | 'post', path: string): Promise<request.Response>;
}

/** Makes an application of `metadata` and lets it listen on a free port. */
export async function startApp(metadata: ModuleMetadata): Promise<StartedApp> {
  @Module(metadata)
  class AppModule {}
  const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
  const app = module.createNestApplication({ logger: false });
  running.push(app);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as { port: number };
  return {
    app,
    port,
    // Without a keep-alive connection the server has nothing to wait for when it closes.
    send: (method, path) => request(`http://127.0.0.1:${port}`)[method](path).set('Connection', 'close').then(),
  };
}

/** An application with `LockModule` and numbers of its own. */
export async function startLockedApp(
  metadata: ModuleMetadata,
  options: { timeout?: number; maxQueue?: number } = {},
): Promise<StartedApp & { manager: LockManager }> {
  const lockModule = LockModule.forRoot({ stats: new StatsRegistry(), ...options });
  const started = await startApp({ ...metadata, imports: [lockModule, ...(metadata.imports ?? [])] });
  return { ...started, manager: started.app.get(LockManager) };
}
