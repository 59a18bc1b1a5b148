import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { Config } from '../core/config/config.js';
import { AuditLog } from './audit-log.js';
import { AuditRepository } from './audit.repository.js';
import { AUDIT_ENTRY, auditEntrySchema } from './audit.schema.js';
import { AuditService } from './audit.service.js';

@Module({
  imports: [MongooseModule.forFeatureAsync([{ name: AUDIT_ENTRY, useFactory: auditEntrySchema, inject: [Config] }])],
  providers: [AuditRepository, AuditLog, AuditService],
  exports: [AuditLog, AuditService],
})
export class AuditModule {}
