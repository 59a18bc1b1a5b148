import { Module } from '@nestjs/common';
import { DomainConfigurationModule } from '../domain-configuration/domain-configuration.module.js';
import { PushServicesModule } from '../push-services/push-services.module.js';
import { BrowserFilesService } from './browser-files.service.js';
import { PushScriptConfigurationService } from './push-script-configuration.service.js';

@Module({
  imports: [DomainConfigurationModule, PushServicesModule],
  providers: [BrowserFilesService, PushScriptConfigurationService],
  exports: [BrowserFilesService, PushScriptConfigurationService],
})
export class PushScriptModule {}
