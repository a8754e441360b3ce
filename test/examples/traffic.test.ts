/**
 * The traffic is bounded, and its client tells how each request ended.
 */
import { createServer, type Server } from 'node:http';
import { drain, listen } from '../../examples/shared/http-server.js';
import { Client, type Ending } from '../../examples/shared/traffic/client.js';
import { CUSTOMERS, INCIDENTS } from '../../examples/shared/traffic/customers.js';
import { MOST, Traffic } from '../../examples/shared/traffic/traffic.js';

describe('the customers', () => {
  test('are never more than the bound; who comes then is turned away and counted', async () => {
    const endings: ((ending: Ending) => void)[] = [];
    const traffic = new Traffic(0, () => new Promise((resolve) => endings.push(resolve)));
    for (let i = 0; i < MOST + 50; i++) traffic.visit('/checkout');
    expect(endings).toHaveLength(MOST);
    expect(traffic).toMatchObject({ inside: MOST, turnedAway: 50 });
    for (const [i, end] of endings.splice(0).entries()) end(i < 3 ? 'gave up' : 'served');
    await traffic.stop();
    expect(traffic).toMatchObject({ inside: 0, endings: { served: MOST - 3, 'gave up': 3 } });
    expect(traffic.summary()).toBe(`customers: 0 inside · ${MOST - 3} served · 3 gave up · 0 refused · 50 turned away`);
  });

  test('stay until they are served when the shop closes', async () => {
    let end: (ending: Ending) => void = () => {};
    const traffic = new Traffic(0, () => new Promise((resolve) => (end = resolve)));
    traffic.visit('/checkout');
    let stopped = false;
    const stopping = traffic.stop().then(() => {
      stopped = true;
    });
    await new Promise(setImmediate);
    expect(stopped).toBe(false);
    end('served');
    await stopping;
    expect(stopped).toBe(true);
  });

  test('come at a modest rate, some without patience, and once a minute one is slow', () => {
    expect(CUSTOMERS.reduce((sum, { rate }) => sum + rate, 0)).toBeLessThanOrEqual(50);
    expect(CUSTOMERS.some(({ patience }) => patience !== undefined)).toBe(true);
    const slow = INCIDENTS.filter(({ paths }) => paths().some((path) => path.includes('slow=')));
    expect(slow).toMatchObject([{ every: 60_000 }]);
  });
});

describe('a client', () => {
  let server: Server;
  afterEach(() => {
    server.closeAllConnections();
    return drain(server, 0);
  });

  async function clientOf(handler: Parameters<typeof createServer>[1]): Promise<Client> {
    server = createServer({}, handler);
    return new Client(await listen(server, 0), 2);
  }

  test.each([
    [200, 'served'],
    [409, 'served'],
    [503, 'refused'],
  ])('that is answered with %i is %s', async (status, ending) => {
    const client = await clientOf((_request, response) => response.writeHead(status).end('.'));
    expect(await client.send('/')).toBe(ending);
    client.close();
  });

  test('without patience hangs up', async () => {
    const client = await clientOf(() => {});
    expect(await client.send('/', 1)).toBe('gave up');
    client.close();
  });

  test('that loses the connection has failed', async () => {
    const client = await clientOf((request) => request.socket.destroy());
    expect(await client.send('/')).toBe('failed');
    client.close();
  });
});
