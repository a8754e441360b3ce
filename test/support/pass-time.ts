/**
 * Time that passes for the clock of the locks and for timers alike, in steps: a timer that fires finds the time at which it
 * fires. For tests with the controlled clock.
 */
import { jest } from '@jest/globals';
import { clock } from './controlled-clock.js';

const STEP = 5;

/** Takes timers out of the platform's hands. The turns of the event loop stay with it. */
export function installControlledTimers(): void {
  jest.useFakeTimers({ doNotFake: ['hrtime', 'performance', 'Date', 'nextTick', 'queueMicrotask', 'setImmediate'] });
}

/** Lets `ms` milliseconds pass, a multiple of 5. */
export function passTime(ms: number): void {
  for (let passed = 0; passed < ms; passed += STEP) {
    clock.time += STEP;
    jest.advanceTimersByTime(STEP);
  }
}
