import { Module } from '@nestjs/common';
import { ConsoleFilesService } from './console-files.service.js';

/** The console: static files that call the public API with the token that a person signs in with. */
@Module({ providers: [ConsoleFilesService], exports: [ConsoleFilesService] })
export class ConsoleModule {}
