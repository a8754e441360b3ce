/**
 * The token of the shop's settings, which are a plain object. In a file of its own because the module needs the services and
 * the services need the token.
 */
export const SETTINGS = Symbol('shop settings');
