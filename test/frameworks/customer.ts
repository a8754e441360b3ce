/** One customer on a connection of its own, who sends a body as browsers do, and may hang up. */
import { type IncomingHttpHeaders, request } from 'node:http';

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request under way. */
export interface Customer {
  /** Rejects when the connection is lost first. */
  readonly answer: Promise<Answer>;
  hangUp(): void;
}

/** Sends one now. */
export function checkOut(port: number, cart: string): Customer {
  const sent = request({
    port,
    host: '127.0.0.1',
    path: `/carts/${cart}/checkout`,
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json' },
  });
  const answer = new Promise<Answer>((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
    });
  });
  sent.end('{"express":true}');
  answer.catch(() => undefined); // nobody awaits the answer to a customer who hangs up
  return { answer, hangUp: () => sent.destroy() };
}
