import { Module } from '@nestjs/common';
import { BrowserFilesService } from './browser-files.service.js';

@Module({ providers: [BrowserFilesService], exports: [BrowserFilesService] })
export class PushScriptModule {}
