import { Module } from '@nestjs/common';
import { ProcessController } from './health/process.controller.js';
import { PushApiController } from './push-api/push-api.controller.js';
import { SandboxService } from './push-api/sandbox.service.js';
import { SecurityModule } from './security/security.module.js';

/** Root of mode `push-api`: it needs neither MongoDB nor Redis. */
@Module({ imports: [SecurityModule], controllers: [PushApiController, ProcessController], providers: [SandboxService] })
export class PushApiModule {}
