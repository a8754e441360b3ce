/**
 * A handler that shows who is inside, and whose visitors stay until the test lets them out. `?who=a` names the visitor.
 */
import type { Request, Response } from 'express';

export class Room {
  /** Everybody who came in, in that order. */
  readonly entered: string[] = [];
  /** The most that were inside at once. */
  peak = 0;
  readonly responses = new Map<string, Response>();
  private inside = 0;
  private readonly leaving = new Map<string, () => void>();

  readonly visit = async (req: Request, res: Response): Promise<void> => {
    const who = String(req.query.who);
    this.entered.push(who);
    this.responses.set(who, res);
    this.inside++;
    this.peak = Math.max(this.peak, this.inside);
    await new Promise<void>((resolve) => this.leaving.set(who, resolve));
    this.inside--;
    res.json({ who });
  };

  has(...visitors: string[]): boolean {
    return visitors.every((who) => this.entered.includes(who));
  }

  /** Lets `who` end its response. */
  letOut(who: string): void {
    this.leaving.get(who)!();
  }
}
