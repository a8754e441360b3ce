/** An empty Router in lockRoute's place: what one more layer costs by itself. */
import { type Express, Router } from 'express';
import { shop } from './shop.js';

export function open(): Express {
  return shop(Router());
}
