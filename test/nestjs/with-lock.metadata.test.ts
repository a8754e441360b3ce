/**
 * What other decorators said about a method is what they read afterwards, whether `@WithLock` stands above or below them.
 */
import {
  Body,
  type CanActivate,
  Controller,
  createParamDecorator,
  type ExecutionContext,
  Get,
  Header,
  HttpCode,
  Inject,
  Injectable,
  Param,
  ParseIntPipe,
  Post,
  Query,
  SetMetadata,
  type Type,
  UseGuards,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiResponse, DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { WithLock } from 'lockmeter/nestjs';
import { ADAPTERS } from './adapters.js';
import { startLockedApp } from './start-app.js';

class Item {
  @ApiProperty()
  sku!: string;
}

const Role = (role: string) => SetMetadata('role', role);
const Client = createParamDecorator(
  (header: string, context: ExecutionContext) => context.switchToHttp().getRequest().headers[header],
);

@Injectable()
class RoleGuard implements CanActivate {
  constructor(@Inject(Reflector) private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const role = this.reflector.getAllAndOverride<string>('role', [context.getHandler(), context.getClass()]);
    return role === 'clerk';
  }
}

/** One controller, with `above` as the first and `below` as the last decorator of each of its methods. */
function shopWith(above: MethodDecorator, below: MethodDecorator): Type {
  @Controller('shop')
  @UseGuards(RoleGuard)
  class ShopController {
    @above
    @Get(':id')
    @Role('clerk')
    @Header('Cache-Control', 'none')
    @ApiOperation({ summary: 'One item', operationId: 'one' })
    @ApiResponse({ status: 200, type: Item })
    @below
    async one(
      @Param('id', ParseIntPipe) id: number,
      @Query('who') who: string,
      @Client('x-client') client?: string,
    ): Promise<object> {
      return { id, who, client: client ?? null };
    }

    @above
    @Post()
    @HttpCode(202)
    @Role('clerk')
    @ApiBearerAuth()
    @below
    async add(@Body() item: Item): Promise<Item> {
      return item;
    }

    @above
    @Post('close')
    @Role('owner')
    @below
    async close(): Promise<string> {
      return 'closed';
    }
  }
  return ShopController;
}

const nothing: MethodDecorator = () => {};
const plain = shopWith(nothing, nothing);
const lock = WithLock('shop') as MethodDecorator;

describe.each(ADAPTERS)('on %s', (_server, adapter) => {
  describe.each([
    ['above', shopWith(lock, nothing)],
    ['below', shopWith(nothing, lock)],
    ['above and below: under two locks', shopWith(WithLock('shop gate') as MethodDecorator, lock)],
  ])('@WithLock %s', (_where, locked) => {
    const start = (controller: Type) => startLockedApp({ controllers: [controller] }, { adapter });

    test('the OpenAPI document is the same as without it', async () => {
      const [before, after] = await Promise.all(
        [plain, locked].map(async (controller) => {
          const { app } = await start(controller);
          return SwaggerModule.createDocument(app, new DocumentBuilder().setTitle('Shop').build());
        }),
      );
      expect(after).toEqual(before);
      expect(Object.keys(before!.paths)).toEqual(['/shop/{id}', '/shop', '/shop/close']);
      expect(before!.paths['/shop/{id}']!.get!.summary).toBe('One item');
    });

    test.each([
      ['parameters, pipes and headers', 'get', '/shop/7?who=a', 200, { id: 7, who: 'a', client: null }],
      ['a pipe that refuses', 'get', '/shop/seven', 400, { statusCode: 400 }],
      ['the status and the body', 'post', '/shop', 202, { sku: 'red' }],
      ['a guard that reads the metadata of another decorator', 'post', '/shop/close', 403, { statusCode: 403 }],
    ] as const)('%s', async (_what, method, path, status, body) => {
      const { send, manager } = await start(locked);
      const answer = await send(method, path, method === 'post' ? { sku: 'red' } : undefined);
      expect(answer).toMatchObject({ status, body });
      expect(answer.headers['cache-control']).toBe(method === 'get' ? 'none' : undefined);
      expect(manager.snapshot().locks.some(({ name }) => name === 'shop')).toBe(status < 300);
    });
  });
});
