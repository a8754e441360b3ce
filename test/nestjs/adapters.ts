/**
 * The HTTP servers that NestJS runs on. What goes over HTTP is tested on each.
 */
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';

/** Makes the adapter of an application. */
export type MakeAdapter = () => AbstractHttpAdapter;

/** For `describe.each`. */
export const ADAPTERS: readonly (readonly [name: string, adapter: MakeAdapter])[] = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
];
