/**
 * lockmeter/express: locks for the routes of an Express 4 or 5 application.
 */
export { holdOf } from './hold-of.js';
export { lockHandler } from './lock-handler.js';
export { type LockRouteOptions, lockRoute } from './lock-route.js';
export type { RequestMiddleware } from './locked-request.js';
export type { RequestLockOptions, RouteParams } from './request-lock-options.js';
export type { RoutePath } from './route-path.js';
export { type SerializeOptions, serialize } from './serialize.js';
