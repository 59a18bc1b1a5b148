import { Module } from '@nestjs/common';
import { DemoPageController } from './demo-page.controller.js';

/** Imported by the modes that serve the API, in development only. */
@Module({ controllers: [DemoPageController] })
export class DemoPageModule {}
