/** The application that both of Nest's contestants share, on Express. */
import 'reflect-metadata';
import type { RequestListener } from 'node:http';
import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

/** Makes it, with one controller. */
export async function nestShop(controller: Type): Promise<RequestListener> {
  @Module({ controllers: [controller] })
  class Shop {}
  const app = await NestFactory.create(Shop, { logger: false });
  await app.init();
  return app.getHttpAdapter().getInstance() as RequestListener;
}
