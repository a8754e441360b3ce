/** How long do the callers of this lock wait, and what becomes of them? */
import type { Queries } from '../queries.js';
import { contentionRatio } from './contention.js';
import type { Row } from './row.js';
import { attempts, waitHeatmap, waitTime } from './wait.js';

export function lockWait(q: Queries): Row {
  return { title: 'Wait', panels: [waitTime(q), waitHeatmap(q), attempts(q), contentionRatio(q)] };
}
