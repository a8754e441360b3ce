/**
 * The run that the proof looks at: the scenario before a real Prometheus for two thirds of a minute, and what is asked of it
 * afterwards.
 *
 * Figures are taken over a window that lies inside the load, and between two moments when nobody waits for the checkout. A
 * page is made at some time between the start and the end of its scrape, so the truth has bounds: some milliseconds, and what
 * a busy machine adds to them. Times are seconds since the epoch.
 */
import type { Attempt } from '../../examples/scenario/ledger.js';
import { answeredIn, type Bounds, waitersAt } from '../../examples/scenario/ledger-figures.js';
import { LOCK } from '../../examples/scenario/lock-names.js';
import { CHECKOUT_ROUND } from '../../examples/scenario/script.js';
import type { Dashboard } from '../../grafana/live/dashboards.js';
import { type LiveRun, scraped, until } from '../../grafana/live/live-run.js';
import { type PanelResult, runPanelQueries } from '../../grafana/live/panel-queries.js';
import type { PrometheusApi, Sample } from '../../grafana/live/prometheus-api.js';
import { onlySeries, onlyValue } from '../../grafana/live/read-data.js';
import type { VariableValues } from '../../grafana/live/variables.js';

/** One scrape that succeeded. */
export interface Scrape {
  readonly began: number;
  readonly ended: number;
}

/**
 * In milliseconds. A second after a burst nobody waits for the checkout, and for another one nobody will: the first and the
 * last scrape of the window are at such moments.
 */
const REST = 900;
const WINDOW = 8 * CHECKOUT_ROUND + 1_000;
/** How much of the load a rate on a panel is taken over. */
const RATE_INTERVAL = 15;
/** By how much two readings of the machine's clock may differ: Prometheus rounds the times of its scrapes. */
const CLOCKS = 0.01;
/** On a busy machine this much may pass between the time that Prometheus gives a scrape and the question. */
const LATE = 0.1;
/** What is chosen where a dashboard leaves it open. */
const CHOSEN: Readonly<Record<string, VariableValues>> = { 'lockmeter-lock': { lock: LOCK.checkout } };

/** What came of the run. Everybody but the stuck holder has gone. */
export class Evidence {
  private constructor(
    readonly run: LiveRun,
    /** Asked for at the end of the window, under load. */
    readonly panels: readonly PanelResult[],
    /** The end of the window. */
    private readonly end: number,
    /** The scrapes of the window by the time that their samples have. */
    private readonly scrapes: ReadonlyMap<number, Scrape>,
  ) {}

  /** Lets the scenario run for a window, asks every panel, ends the load, and waits for the last scrape. */
  static async gather(run: LiveRun, dashboards: readonly Dashboard[]): Promise<Evidence> {
    const { scenario, prometheus } = run;
    await scraped(run);
    const round = Math.ceil((Date.now() - scenario.startedAt) / CHECKOUT_ROUND);
    const length = (round * CHECKOUT_ROUND + REST + WINDOW) / 1e3;
    await until(run, length);
    const end = scenario.startedAt / 1e3 + length;
    const range = { start: end - RATE_INTERVAL, end, step: 1 };
    const panels: PanelResult[] = [];
    for (const dashboard of dashboards) {
      const options = { range, rateInterval: RATE_INTERVAL, chosen: CHOSEN[dashboard.uid] };
      panels.push(...(await runPanelQueries(prometheus.api, dashboard, options)));
    }
    await scenario.endLoad();
    await scraped(run);
    return new Evidence(run, panels, end, await scrapesUntil(prometheus.api, end));
  }

  get api(): PrometheusApi {
    return this.run.prometheus.api;
  }

  /** How many scrapes the window has, and how many it should have. */
  get counted(): { scrapes: number; seconds: number } {
    return { scrapes: this.scrapes.size, seconds: Math.floor(WINDOW / 1e3) };
  }

  get first(): Scrape {
    return [...this.scrapes.values()][0]!;
  }

  get last(): Scrape {
    return [...this.scrapes.values()].at(-1)!;
  }

  /** A value at the end of the window; `[window]` stands for all of it. */
  async ask(expr: string): Promise<number> {
    return onlyValue(await this.api.query(expr.replaceAll('[window]', `[${WINDOW}ms]`), this.end));
  }

  /** A value at this moment. */
  async askNow(expr: string): Promise<number> {
    return onlyValue(await this.api.query(expr, Date.now() / 1e3));
  }

  /** What each scrape of the window read, and between which moments the page was made. */
  async samples(selector: string): Promise<{ value: number; from: number; to: number }[]> {
    const { values } = onlySeries(await this.api.query(`${selector}[${WINDOW}ms]`, this.end));
    return values.map(([time, value]) => {
      const { began, ended } = this.scrapes.get(time)!;
      return { value: Number(value), from: began - CLOCKS, to: ended + LATE };
    });
  }

  /** By how many seconds a counter grew from the first to the last scrape. */
  async growth(counter: string): Promise<number> {
    return (await this.ask(`rate(${counter}[window])`)) * (this.last.began - this.first.began);
  }

  /** What an area of the ledger grew by meanwhile, in seconds. */
  trueGrowth(
    attempts: readonly Attempt[],
    area: (those: readonly Attempt[], from: number, to: number) => Bounds,
  ): Bounds {
    const { first, last } = this;
    return {
      least: area(attempts, first.ended * 1e3, last.began * 1e3).least / 1e3,
      most: area(attempts, first.began * 1e3, last.ended * 1e3).most / 1e3,
    };
  }

  /** Everybody who asked for this lock in the whole run. */
  attempts(lock: string): readonly Attempt[] {
    return this.run.scenario.ledger.of(lock);
  }

  /** Those who got their answer within the window. */
  answered(lock: string): Attempt[] {
    return answeredIn(this.attempts(lock), this.first.began * 1e3, this.last.began * 1e3);
  }

  /** Every number of callers who waited at some moment between the two. */
  waitersDuring(lock: string, from: number, to: number): number[] {
    const all = this.attempts(lock);
    const changes = all.flatMap(({ asked, answered = Infinity }) => [asked, answered]);
    const moments = [from * 1e3, ...changes.filter((time) => time > from * 1e3 && time <= to * 1e3)];
    return moments.map((time) => waitersAt(all, time));
  }
}

async function scrapesUntil(api: PrometheusApi, end: number): Promise<Map<number, Scrape>> {
  const read = async (metric: string): Promise<readonly Sample[]> =>
    onlySeries(await api.query(`${metric}[${WINDOW}ms]`, end)).values;
  const up = new Map(await read('up'));
  const durations = (await read('scrape_duration_seconds')).filter(([time]) => up.get(time) === '1');
  return new Map(durations.map(([began, took]) => [began, { began, ended: began + Number(took) }]));
}
