/**
 * `@WithLock` on a GraphQL resolver: it needs no HTTP response, and a refusal is an error of GraphQL.
 */
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Args, GraphQLModule, Mutation, Query, Resolver } from '@nestjs/graphql';
import { WithLock } from 'lockmeter/nestjs';
import { CriticalSection } from '../support/critical-section.js';
import { until } from '../support/until.js';
import { startLockedApp } from './start-app.js';

let section: CriticalSection;

beforeEach(() => {
  section = new CriticalSection();
});

@Resolver()
class ShopResolver {
  @Query(() => String)
  version(): string {
    return '1';
  }

  @WithLock('shop', { key: (sku: string) => sku })
  @Mutation(() => String)
  async above(@Args('sku') sku: string, @Args('who') who: string): Promise<string> {
    return `${sku} ${await section.enter(who)}`;
  }

  @Mutation(() => String)
  @WithLock('shop', { key: (sku: string) => sku })
  async below(@Args('sku') sku: string, @Args('who') who: string): Promise<string> {
    return `${sku} ${await section.enter(who)}`;
  }

  @Mutation(() => String)
  @WithLock('shop', { key: (sku: string) => sku, timeout: 0 })
  async impatient(@Args('sku') _sku: string, @Args('who') who: string): Promise<string> {
    return who;
  }
}

async function start() {
  const graphql = GraphQLModule.forRoot<ApolloDriverConfig>({
    driver: ApolloDriver,
    autoSchemaFile: true,
    includeStacktraceInErrorResponses: true,
  });
  const { send, manager } = await startLockedApp({ imports: [graphql], providers: [ShopResolver] });
  const mutate = (field: string, sku: string, who: string) =>
    send('post', '/graphql', { query: `mutation { ${field}(sku: "${sku}", who: "${who}") }` });
  return { mutate, manager };
}

test.each(['above', 'below'])('@WithLock %s @Mutation: one at a time per key', async (field) => {
  const { mutate, manager } = await start();
  const a = mutate(field, 'red', 'a');
  await until(() => section.entered.length === 1);
  const b = mutate(field, 'red', 'b');
  await until(() => manager.lock('shop', 'red').queueDepth === 1);
  const c = mutate(field, 'blue', 'c');
  await until(() => section.entered.length === 2);
  expect(section.entered).toEqual(['a', 'c']);
  section.leave();
  expect((await a).body).toEqual({ data: { [field]: 'red a' } });
  section.leave();
  expect((await c).body).toEqual({ data: { [field]: 'blue c' } });
  await until(() => section.entered.length === 3);
  section.leave();
  expect((await b).body).toEqual({ data: { [field]: 'red b' } });
});

test('a refusal is an error with a code, and names neither holder nor key', async () => {
  const { mutate, manager } = await start();
  const holder = await manager.lock('shop', 'secret-key').hold({ label: 'secret-holder' });
  const answer = await mutate('impatient', 'secret-key', 'a');
  expect(answer.body).toMatchObject({
    data: null,
    errors: [
      {
        message: 'Too many requests are waiting for the same resource. Try again later.',
        extensions: { status: 503, originalError: { statusCode: 503, code: 'ERR_LOCK_TIMEOUT' } },
      },
    ],
  });
  expect(answer.text).not.toContain('secret');
  await holder.release();
});
