/** Nothing in front of the route: what all the others are compared with. */
import type { Express } from 'express';
import { shop } from './shop.js';

export function open(): Express {
  return shop();
}
