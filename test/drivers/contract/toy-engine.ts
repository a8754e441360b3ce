/**
 * An engine for testing the suite: as plain as can be, and wrong in one way if that is wanted.
 *
 * Invariant: without a fault it keeps to every rule. It is asked over a wire, on which requests take a turn of the event loop.
 */
import type { DriverState, HolderInfo } from 'lockmeter';
import type { Fault } from './faults.js';
import type { ToyAttempt } from './toy-attempt.js';

interface Row {
  holder: ToyAttempt | undefined;
  before: ToyAttempt | undefined;
  waiters: ToyAttempt[];
  /** All who ever stood in line. */
  came: number;
}

interface Flight {
  readonly cancel: boolean;
  readonly send: () => void;
}

export class ToyEngine {
  readonly rows = new Map<string, Row>();
  /** Requests on the wire. */
  readonly flights = new Set<Flight>();
  /** Answers that are being told. */
  telling = 0;
  /** Releases on their way. */
  releasing = 0;
  private lastToken = 0;
  private came = 0;
  private cancels = 0;
  private swapped = false;

  constructor(
    readonly fault?: Fault,
    /** Milliseconds. */
    readonly lease?: number,
    /** Whether turns go round between drivers, and each sees its own only. */
    readonly apart = false,
  ) {}

  has(fault: Fault): boolean {
    return this.fault === fault;
  }

  leftovers(): number {
    const left = this.has('something is left of every lock');
    return [...this.rows.values()].filter(({ holder, waiters }) => left || holder || waiters.length > 0).length;
  }

  nameOf(resource: string): string {
    if (this.has('all resources are one')) return 'all';
    if (this.has('names are trimmed')) return resource.trim();
    if (this.has('names have no case')) return resource.toLowerCase();
    if (this.has('names are normalised')) return resource.normalize();
    if (this.has('names are cut')) return resource.slice(0, 1_000);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what goes
    return this.has('names lose their control characters') ? resource.replace(/[\0-\x1f\x7f]/g, '') : resource;
  }

  row(resource: string): Row {
    const name = this.nameOf(resource);
    let row = this.rows.get(name);
    if (row === undefined) {
      row = { holder: undefined, before: undefined, waiters: [], came: 0 };
      this.rows.set(name, row);
    }
    return row;
  }

  join(attempt: ToyAttempt): void {
    const { asked, resource } = attempt;
    const row = this.row(resource);
    const again = row.holder === attempt || row.waiters.includes(attempt);
    if (again && !this.has('a request that is sent twice counts twice')) return;
    const free = row.holder === undefined && (row.waiters.length === 0 || !asked.wait);
    if (free && !(this.has('who does not wait gets nothing') && !asked.wait)) {
      if (this.has('a free resource is queued for')) asked.queued?.({ ahead: 0, holder: undefined });
      this.grant(row, attempt);
      return;
    }
    if (this.has('whoever asks is granted')) this.grant(row, attempt);
    const ahead = this.has('who left the line counts') ? row.came : row.waiters.length;
    const hidden = this.has('who is refused is not told who holds');
    const place = { ahead, holder: hidden ? undefined : row.holder?.shown() };
    const { maxQueue = Number.POSITIVE_INFINITY } = asked;
    if (!asked.wait && !this.has('who does not wait is queued')) attempt.settle({ refused: 'busy', place });
    else if (ahead >= maxQueue && !this.has('a full line takes more')) attempt.settle({ refused: 'full', place });
    else this.queue(row, attempt);
  }

  private queue(row: Row, attempt: ToyAttempt): void {
    row.came++;
    this.came++;
    const ahead = row.waiters.length;
    const first =
      this.has('the last is the first') ||
      (this.has('two of a thousand change places') && row.came % 150 === 0) ||
      (this.has('a waiter is put first, once') && this.came > 70 && ahead > 0 && !this.swapped);
    this.swapped ||= first;
    if (first) row.waiters.unshift(attempt);
    else row.waiters.push(attempt);
    attempt.inLine(ahead, row.holder);
  }

  grant(row: Row, attempt: ToyAttempt): void {
    const { driver } = attempt;
    row.before = row.holder ?? row.before;
    row.holder = attempt;
    let token = this.has('tokens are counted by each driver') ? ++driver.tokens : ++this.lastToken;
    if (this.has('tokens repeat')) token = Math.ceil(token / 2);
    if (this.has('tokens fall along a line') && attempt.queuedAt) token = 1_000 - token;
    attempt.granted(BigInt(token));
  }

  /** The holder goes; the next one has the turn. */
  pass(resource: string, holder: ToyAttempt): void {
    const row = this.row(resource);
    if (row.holder !== holder) return;
    row.before = holder;
    row.holder = undefined;
    const later = this.has('a release leaves it free for a moment');
    const lost = this.has('names with a line break are not passed on') && resource.includes('\n');
    if (later) setTimeout(() => this.next(row), 5);
    else if (!lost) this.next(row);
    if (this.has('a release wakes two')) this.next(row);
  }

  next(row: Row): void {
    const other = this.apart ? row.waiters.findIndex(({ driver }) => driver !== row.before?.driver) : 0;
    const [next] = row.waiters.splice(Math.max(0, other), 1);
    if (next !== undefined && !(this.has('a waiter is forgotten') && row.waiters.length === 9)) this.grant(row, next);
  }

  leave(attempt: ToyAttempt): void {
    const row = this.row(attempt.resource);
    this.cancels++;
    if (this.has('a cancel frees whoever holds') && row.holder !== undefined) this.pass(attempt.resource, row.holder);
    if (row.holder === attempt) {
      this.pass(attempt.resource, attempt);
      return;
    }
    const at = row.waiters.indexOf(attempt);
    if (at === -1 || this.has('a cancelled waiter stays in line')) return;
    if (this.has('one cancel of fifty is ignored') && this.cancels % 50 === 0) return;
    row.waiters.splice(at, this.has('who gives up takes the next along') ? 2 : 1);
  }

  /** What is on the wire is sent again. */
  disconnect(): void {
    for (const flight of this.flights) {
      if (flight.cancel && this.has('a cut forgets cancels')) this.flights.delete(flight);
      else setImmediate(flight.send);
    }
    if (this.has('a cut forgets who waits')) for (const row of this.rows.values()) row.waiters = [];
  }

  takeAway(resource: string): void {
    const { holder } = this.row(resource);
    if (holder === undefined) return;
    holder.lose('taken');
    if (this.has('a loss is told twice')) holder.asked.lost?.({ cause: 'taken' });
    this.pass(resource, holder);
  }

  inspect(resource: string, driver: object): DriverState {
    const row = this.row(resource);
    const sight = this.has('the holder before is shown') ? row.before : row.holder;
    const seen =
      (this.apart || this.has('only the own holds are shown')) && sight?.driver !== driver ? undefined : sight;
    const holder = seen?.shown();
    const token = this.has('another token is shown') ? 7n : holder?.fencingToken;
    const waiters =
      this.has('the holder is shown as a waiter') && row.holder ? [row.holder, ...row.waiters] : row.waiters;
    const next = waiters.slice(0, this.has('all waiters are shown') ? undefined : 10).map((each) => each.shown());
    if (this.has('waiters are shown backwards')) next.reverse();
    const locked =
      row.holder !== undefined || (this.has('a resource stays locked to the eye') && row.before !== undefined);
    return { locked, queueDepth: waiters.length, holder: holder && { ...holder, fencingToken: token! }, next };
  }

  /** What is shown of somebody. */
  infoShown(info: HolderInfo): HolderInfo {
    return this.has('the holder is shown without its host') ? { ...info, host: undefined } : info;
  }
}
