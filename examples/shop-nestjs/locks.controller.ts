/**
 * `GET /locks`: the state of every lock of this process, as JSON, at this very moment.
 */
import { Controller, Get, Inject } from '@nestjs/common';
import { LockManager, type Snapshot } from 'lockmeter';

@Controller('locks')
export class LocksController {
  constructor(@Inject(LockManager) private readonly manager: LockManager) {}

  @Get()
  locks(): Snapshot {
    return this.manager.snapshot();
  }
}
