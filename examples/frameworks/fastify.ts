/** Fastify: the handler itself runs under the lock. */
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { withLock } from 'lockmeter';
import { clientLeaves } from './client-leaves.js';
import { refusal } from './refusal.js';

type CartRequest = FastifyRequest<{ Params: { cart: string } }>;

/** A shop whose checkout is one at a time per cart. `timeout` is how long a customer waits at most, in milliseconds. */
export function fastifyShop(pay: (cart: string) => Promise<string>, timeout = 5_000): FastifyInstance {
  const app = Fastify();

  async function checkout(request: CartRequest, _reply: FastifyReply) {
    return { receipt: await pay(request.params.cart) };
  }
  app.post(
    '/carts/:cart/checkout',
    withLock('fastify-checkout', checkout, {
      key: (request) => request.params.cart,
      signal: (_request, reply) => clientLeaves(reply.raw),
      timeout,
    }),
  );

  app.setErrorHandler((error, _request, reply) => {
    const answer = refusal(error);
    if (answer === undefined) return reply.send(error);
    return reply.code(answer.status).headers(answer.headers).send(answer.body);
  });
  return app;
}
