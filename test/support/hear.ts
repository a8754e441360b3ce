/**
 * Subscribers of diagnostics channels that write down what they hear, until the test is over.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** One message, by the last part of its channel's name. */
export type Heard = [channel: string, message: Record<string, unknown>];

const leave: (() => void)[] = [];

afterEach(() => {
  for (const stop of leave.splice(0)) stop();
});

/** Subscribes until the test is over, or the function that is returned is called. */
export function listen(channel: string, onMessage: (message: Record<string, unknown>) => void): () => void {
  const listener = (message: unknown): void => onMessage(message as Record<string, unknown>);
  subscribe(channel, listener);
  const stop = (): void => void unsubscribe(channel, listener);
  leave.push(stop);
  return stop;
}

/** Writes down what is said on these channels of locks, in order. */
export function hear(...channels: string[]): Heard[] {
  const heard: Heard[] = [];
  for (const channel of channels) listen(`lockmeter:${channel}`, (message) => heard.push([channel, message]));
  return heard;
}

const EVENTS = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'];

/** Writes down the events of a tracing channel of locks, with a copy of the context as it was then. */
export function hearTracing(...channels: string[]): Heard[] {
  const heard: Heard[] = [];
  for (const channel of channels) {
    for (const event of EVENTS) {
      listen(`tracing:lockmeter:${channel}:${event}`, (context) => heard.push([`${channel}:${event}`, { ...context }]));
    }
  }
  return heard;
}
