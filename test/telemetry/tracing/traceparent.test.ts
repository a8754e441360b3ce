/**
 * `traceparent` as section 3.2 of W3C Trace Context has it, and nothing else: it is read from where others write.
 */
import { parseTraceparent, traceparentOf } from '../../../src/telemetry/tracing/traceparent.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const span = { traceId: TRACE, spanId: SPAN, traceFlags: 1, isRemote: true };

test.each([
  [`00-${TRACE}-${SPAN}-01`, span],
  [`00-${TRACE}-${SPAN}-00`, { ...span, traceFlags: 0 }],
  [`00-${TRACE}-${SPAN}-03`, { ...span, traceFlags: 3 }],
  ['a later version, without more', { ...span }, `cc-${TRACE}-${SPAN}-01`],
  ['a later version, with more', { ...span }, `cc-${TRACE}-${SPAN}-01-what-the-future-will-be-like`],
])('%s is a span', (text, expected, said = text) => {
  expect(parseTraceparent(said)).toEqual(expected);
});

test.each([
  ['nothing', ''],
  ['version ff', `ff-${TRACE}-${SPAN}-01`],
  ['version 00 with more', `00-${TRACE}-${SPAN}-01-more`],
  ['a later version with more that is not parted', `cc-${TRACE}-${SPAN}-01.more`],
  ['capital letters', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
  ['a short trace', `00-${TRACE.slice(1)}-${SPAN}-01`],
  ['a long span', `00-${TRACE}-${SPAN}0-01`],
  ['no trace', `00-${'0'.repeat(32)}-${SPAN}-01`],
  ['no span', `00-${TRACE}-${'0'.repeat(16)}-01`],
  ['flags that are no number', `00-${TRACE}-${SPAN}-0g`],
  ['no flags', `00-${TRACE}-${SPAN}`],
  ['something before it', ` 00-${TRACE}-${SPAN}-01`],
  ['a line after it', `00-${TRACE}-${SPAN}-01\n`],
])('%s is none', (_what, text) => {
  expect(parseTraceparent(text)).toBeUndefined();
});

test.each([0, 1, 3, 255])('what is written is what is read, with flags %i', (traceFlags) => {
  const text = traceparentOf({ ...span, traceFlags });
  expect(text).toHaveLength(55);
  expect(parseTraceparent(text)).toEqual({ ...span, traceFlags });
});
