/** The soak of `npm run soak`, small: the same customers and the same equations, and proof that the equations can fail. */

import type { RequestListener } from 'node:http';
import { violated } from '../../examples/soak/judge.js';
import { makePlan, type Size } from '../../examples/soak/plan.js';
import { type OpenShop, SHOPS } from '../../examples/soak/shop.js';
import { soak } from '../../examples/soak/soak.js';

const CROWD: Size = {
  seed: Number(process.env.LOCKMETER_SEED ?? Date.now() % 100_000),
  requests: 800,
  connections: 50,
  keys: 20,
  leaving: 0.25,
  forgotten: 0,
  slow: 0.015,
  longest: 3,
};
const LINE: Size = { ...CROWD, requests: 500, keys: 1, leaving: 0, slow: 0, longest: 0 };
const WITHOUT_END = Number.POSITIVE_INFINITY;

test.each(Object.entries(SHOPS))(
  '%s: a crowd of which one in four hangs up leaves nothing behind, and every number is right',
  async (name, open) => {
    const size = { ...CROWD, forgotten: name === 'express' ? 0.2 : 0 };
    const { verdicts, endings, lock } = await soak(open, size);
    expect({ seed: size.seed, violations: verdicts.filter(violated) }).toEqual({ seed: size.seed, violations: [] });
    // Of the 200 who want to leave, those do who are not served before.
    expect(endings.left).toBeGreaterThan(40);
    expect(endings.refused).toBeGreaterThan(0);
    expect(lock.outcomes.aborted).toBeGreaterThan(0);
    expect(lock.abandoned > 0).toBe(name === 'express');
  },
);

test.each(Object.entries(SHOPS))('%s: who comes first is served first', async (_name, open) => {
  const { verdicts, endings, lock } = await soak(open, LINE, WITHOUT_END);
  expect({ seed: LINE.seed, violations: verdicts.filter(violated) }).toEqual({ seed: LINE.seed, violations: [] });
  expect(endings.served).toBe(LINE.requests);
  expect(lock.contended).toBeGreaterThan(0.9 * LINE.requests);
});

test('a shop that locks one request in ten and leaves listeners behind is found out', async () => {
  const careless: OpenShop = async (ledger, timeout) => {
    const shop = await SHOPS.express(ledger, timeout);
    const [application] = shop.server.listeners('request') as RequestListener[];
    shop.server.removeAllListeners('request');
    shop.server.on('request', (request, response) => {
      const visit = Number(new URL(request.url!, 'http://localhost').searchParams.get('visit'));
      if (visit % 10 === 0) return application!(request, response);
      request.socket.setMaxListeners(0).on('close', () => undefined);
      void ledger.work(visit).then(() => response.end());
    });
    return shop;
  };
  const { verdicts } = await soak(careless, { ...LINE, requests: 300, longest: 3 }, WITHOUT_END);
  const violations = verdicts.filter(violated).map(({ claim }) => claim);
  expect(violations).toEqual(
    expect.arrayContaining([
      'two inside at once',
      'listeners left on sockets',
      'attempts = visits that the server saw',
      'acquired + aborted = seen, not answered with 503',
      'handlers that ran without the lock',
    ]),
  );
});

test('a seed makes one plan, and another seed another', () => {
  expect(makePlan(CROWD)).toEqual(makePlan(CROWD));
  expect(makePlan(CROWD)).not.toEqual(makePlan({ ...CROWD, seed: CROWD.seed + 1 }));
});
