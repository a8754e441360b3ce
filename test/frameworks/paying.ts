/** A payment provider in the hands of a test: it shows who pays, per cart, and lets nobody go before the test says so. */
import { type Deferred, deferred } from '../support/deferred.js';

export class Paying {
  /** Whose payment was asked for, in that order. */
  readonly asked: string[] = [];
  /** The most payments that one cart ever had at once. */
  most = 0;
  private readonly inside = new Map<string, Deferred<string>[]>();

  readonly pay = (cart: string): Promise<string> => {
    const payments = this.inside.get(cart) ?? [];
    this.inside.set(cart, payments);
    const payment = deferred<string>();
    payments.push(payment);
    this.asked.push(cart);
    this.most = Math.max(this.most, payments.length);
    return payment.promise;
  };

  /** Ends the payment of this cart that was asked for first. */
  accept(cart: string): void {
    this.next(cart).resolve(`receipt of ${cart}`);
  }

  /** The same, but it fails. */
  refuse(cart: string): void {
    this.next(cart).reject(new Error('declined'));
  }

  /** How many payments of this cart were asked for. */
  count(cart: string): number {
    return this.asked.filter((each) => each === cart).length;
  }

  private next(cart: string): Deferred<string> {
    const payment = this.inside.get(cart)?.shift();
    if (payment === undefined) throw new Error(`nobody pays for ${cart}`);
    return payment;
  }
}
