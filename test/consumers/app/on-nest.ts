/**
 * A NestJS application, 11 or 12, as an ES module or as CommonJS. Its module has options and so locks of its own: they are
 * taken only if Nest injects what the package's copy in this application asks for.
 */
import 'reflect-metadata';
import { Controller, Get, Module, Query } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { LockManager } from 'lockmeter';
import { LockModule, WithLock } from 'lockmeter/nestjs';
import { LOCK, sections, visit } from './visit.js';

@Controller()
class ShopController {
  @Get('checkout')
  @WithLock(LOCK)
  async checkout(@Query('who') who: string): Promise<void> {
    await sections.locked.pass(who);
  }

  @Get('unlocked')
  async unlocked(@Query('who') who: string): Promise<void> {
    await sections.unlocked.pass(who);
  }
}

@Module({ imports: [LockModule.forRoot({ timeout: 20_000 })], controllers: [ShopController] })
class AppModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create(AppModule, { logger: ['error'] });
  await app.init();
  await visit(app.getHttpServer(), app.get(LockManager));
}

void main();
