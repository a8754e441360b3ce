/**
 * The locks of the scenario, one for each thing that a dashboard has to show.
 */
export const LOCK = {
  /** Healthy: busy 60 % of the time, and hardly anybody waits long. */
  inventory: 'inventory',
  /** Bursts behind a short queue: some are turned away, some lose patience, some time out. */
  checkout: '/checkout',
  /** A lock for each key, several of them held at once. */
  cart: '/carts/:id',
  /** Idle: hardly ever taken, and free again at once. */
  config: 'config',
  /** Stuck: from some moment on it is not given back, and everybody behind it waits in vain. */
  priceImport: 'price-import',
  /** At a driver: round trips, leases that are renewed, and some that are lost. */
  settlement: 'settlement',
} as const;
