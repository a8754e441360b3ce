/**
 * The registry of `@willsoto/nestjs-prometheus` is prom-client's global one: its `/metrics` has the locks with no more than
 * `collectLockMetrics()`. In a process of its own, for that module is CommonJS and requires Nest, which is ESM.
 */
import { runModule } from '../../support/child.js';
import { samplesOf } from '../../support/prometheus-page.js';
import { labelled } from './collected.js';

test('the /metrics of PrometheusModule has the locks of the application, beside what it had', async () => {
  const { code, stdout, stderr } = await runModule(`
    import 'reflect-metadata';
    import { Controller, Get, Module } from '@nestjs/common';
    import { NestFactory } from '@nestjs/core';
    import { PrometheusModule } from '@willsoto/nestjs-prometheus';
    import { WithLock } from 'lockmeter/nestjs';
    import { collectLockMetrics } from 'lockmeter/prometheus';

    class Checkout {
      pay() { return 'paid'; }
    }
    const pay = Object.getOwnPropertyDescriptor(Checkout.prototype, 'pay');
    Get('checkout')(Checkout.prototype, 'pay', pay);
    WithLock('checkout')(Checkout.prototype, 'pay', pay);
    Object.defineProperty(Checkout.prototype, 'pay', pay);
    Controller()(Checkout);
    class AppModule {}
    Module({ imports: [PrometheusModule.register()], controllers: [Checkout] })(AppModule);

    collectLockMetrics();
    const app = await NestFactory.create(AppModule, { logger: false });
    await app.listen(0, '127.0.0.1');
    const get = (path) => fetch('http://127.0.0.1:' + app.getHttpServer().address().port + path);
    const paid = [await (await get('/checkout')).text(), await (await get('/checkout')).text()];
    const response = await get('/metrics');
    console.log(JSON.stringify({ paid, type: response.headers.get('content-type'), page: await response.text() }));
    await app.close();
  `);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { paid, type, page } = JSON.parse(stdout) as { paid: string[]; type: string; page: string };
  expect(paid).toEqual(['paid', 'paid']);
  expect(type).toMatch(/^text\/plain; version=0\.0\.4/);
  const samples = samplesOf(page);
  expect(samples.get(`lockmeter_acquisitions_total${labelled('checkout', 'lock_outcome="acquired"')}`)).toBe(2);
  expect(samples.get(`lockmeter_hold_duration_seconds_count${labelled('checkout')}`)).toBe(2);
  expect(page).toContain('# TYPE process_cpu_user_seconds_total counter');
});
