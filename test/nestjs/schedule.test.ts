/**
 * `@WithLock` on jobs: a tick that comes while the last one still runs waits for it, or with `timeout: 0` is skipped.
 */
import { Inject, Injectable } from '@nestjs/common';
import { Cron, Interval, ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { Test } from '@nestjs/testing';
import { LockManager, LockTimeoutError, StatsRegistry } from 'lockmeter';
import { LockModule, WithLock } from 'lockmeter/nestjs';
import { CriticalSection } from '../support/critical-section.js';
import { numbersOf } from '../support/isolated.js';
import { until } from '../support/until.js';
import { closeAfterTest } from './start-app.js';

const NEVER_BY_ITSELF = '0 0 29 2 *';

let section: CriticalSection;

beforeEach(() => {
  section = new CriticalSection();
});

@Injectable()
class Jobs {
  ticks = 0;
  constructor(@Inject(LockManager) readonly manager: LockManager) {}

  @WithLock('import')
  @Cron(NEVER_BY_ITSELF, { name: 'above' })
  async above(): Promise<string> {
    return section.enter(`tick ${++this.ticks}`);
  }

  @Cron(NEVER_BY_ITSELF, { name: 'below' })
  @WithLock('import')
  async below(): Promise<string> {
    return section.enter(`tick ${++this.ticks}`);
  }

  @WithLock('import', { timeout: 0 })
  async tickOrSkip(): Promise<string> {
    return section.enter(`tick ${++this.ticks}`);
  }

  @Interval('interval', 2 ** 31 - 1)
  async interval(): Promise<string> {
    return this.tickOrSkip().catch((error: unknown) => {
      if (error instanceof LockTimeoutError) return 'skipped';
      throw error;
    });
  }
}

async function start() {
  const module = await Test.createTestingModule({
    imports: [LockModule.forRoot({ stats: new StatsRegistry() }), ScheduleModule.forRoot()],
    providers: [Jobs],
  }).compile();
  const app = closeAfterTest(await module.init());
  return { jobs: app.get(Jobs), registry: app.get(SchedulerRegistry), manager: app.get(LockManager) };
}

test.each(['above', 'below'])('@WithLock %s @Cron: ticks take turns', async (name) => {
  const { registry, manager } = await start();
  const job = registry.getCronJob(name);
  void job.fireOnTick();
  void job.fireOnTick();
  await until(() => manager.lock('import').queueDepth === 1);
  expect(section.entered).toEqual(['tick 1']);
  expect(numbersOf(manager, 'import').holders[0]!.label).toBe(`Jobs.${name}`);
  section.leave();
  await until(() => section.entered.length === 2);
  section.leave();
  await until(() => !manager.lock('import').locked());
  expect(section.most).toBe(1);
});

test('timeout: 0 skips a tick while the last one still runs', async () => {
  const { jobs, registry } = await start();
  expect(registry.getIntervals()).toEqual(['interval']);
  const first = jobs.interval();
  expect(await jobs.interval()).toBe('skipped');
  section.leave();
  expect(await first).toBe('tick 1');
});
