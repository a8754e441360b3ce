/**
 * Who held a lock while somebody waited for it: the sampled holds of each lock, in the order of their grants, so that a wait
 * can link to those that blocked it when it is over. Telling every waiter of every grant would make a line of n cost n².
 *
 *     chain:   hold 1 ──> hold 2 ──> hold 3
 *                 └ a waiter remembers the last one there was when it came
 *
 * Invariant: a hold refers only to those after it, so what nobody waits behind any more is collected.
 */
import { type Link, type SpanContext, TraceFlags } from '@opentelemetry/api';
import type { Hold } from '../../hold.js';
import { ATTRIBUTES, BLOCKED_BY } from '../names.js';

/** How many holders after the first one a wait links to. */
const FURTHER_HOLDERS = 3;
/** How many holds a wait links to at all. */
export const MOST_LINKS = 1 + FURTHER_HOLDERS;

/** A place in a lock's chain. */
export interface ChainedHold {
  readonly span: SpanContext | undefined;
  next: ChainedHold | undefined;
}

type LockIdentity = Hold['owner'];

const newest = new WeakMap<LockIdentity, ChainedHold>();
const spans = new WeakMap<Hold, SpanContext>();

/** Adds a hold that has a span, unless that is dropped: a link to it would lead nowhere. */
export function chain(hold: Hold, span: SpanContext): void {
  if (!isSampled(span)) return;
  spans.set(hold, span);
  append(hold.owner, span);
}

/** Where the chain of the lock ends now: what comes after it was granted later. */
export function endOfChain(lock: LockIdentity): ChainedHold {
  return newest.get(lock) ?? append(lock, undefined);
}

/** The link to the hold that an attempt found in its way, if that is in the chain. */
export function linkTo(blocker: Hold | undefined): Link[] {
  const span = blocker === undefined ? undefined : spans.get(blocker);
  return span === undefined ? [] : [blockedBy(span)];
}

/** The links to the next holds after `place`, `blocker` not among them: it has its own, and may be in the chain late. */
export function linksAfter(place: ChainedHold, blocker: Hold | undefined): Link[] {
  const first = blocker === undefined ? undefined : spans.get(blocker);
  const links: Link[] = [];
  for (let hold = place.next; hold !== undefined && links.length < FURTHER_HOLDERS; hold = hold.next) {
    const { span } = hold;
    if (span !== undefined && span !== first) links.push(blockedBy(span));
  }
  return links;
}

/** Whether anybody will ever see the span. */
export function isSampled({ traceFlags }: SpanContext): boolean {
  return (traceFlags & TraceFlags.SAMPLED) !== 0;
}

function append(lock: LockIdentity, span: SpanContext | undefined): ChainedHold {
  const last = newest.get(lock);
  const added = { span, next: undefined };
  if (last !== undefined) last.next = added;
  newest.set(lock, added);
  return added;
}

/** The link from a wait to a hold that it waited for. */
export function blockedBy(context: SpanContext): Link {
  return { context, attributes: { [ATTRIBUTES.linkType]: BLOCKED_BY } };
}
