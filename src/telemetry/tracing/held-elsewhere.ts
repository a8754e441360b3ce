/**
 * Who is in the way of an attempt at a driver, as the engine said: on the span of the wait, and as the link from there to the
 * span of the hold in another process.
 *
 * Invariant: a link leads somewhere, as far as can be known here: it names a sampled span, in the form the standard asks for.
 */
import type { Attributes, Link } from '@opentelemetry/api';
import type { HolderState, QueuePlace } from '../../drivers/driver.js';
import { processName } from '../../drivers/this-process.js';
import { ATTRIBUTES } from '../names.js';
import { blockedBy, isSampled } from './hold-chain.js';
import { parseTraceparent } from './traceparent.js';

/** What an attempt found at the engine. */
export function placeAttributes({ ahead, holder }: QueuePlace): Attributes {
  const attributes: Attributes = { [ATTRIBUTES.queueDepth]: ahead };
  if (holder === undefined) return attributes;
  const { label, age } = holder;
  return Object.assign(attributes, holderAttributes(label, age, processName(holder)));
}

/** Who holds. @param age Milliseconds. */
export function holderAttributes(
  label: string | undefined,
  age: number | undefined,
  process: string | undefined,
): Attributes {
  const attributes: Attributes = {};
  if (label !== undefined) attributes[ATTRIBUTES.holderLabel] = label;
  if (age !== undefined) attributes[ATTRIBUTES.holderAge] = age / 1e3;
  if (process !== undefined) attributes[ATTRIBUTES.holderProcess] = process;
  return attributes;
}

/** The link to the span of a hold, if its process shares that. */
export function linkToHolder(holder: HolderState | undefined): Link[] {
  const span = holder?.traceparent === undefined ? undefined : parseTraceparent(holder.traceparent);
  return span !== undefined && isSampled(span) ? [blockedBy(span)] : [];
}
