import { RouteConfig } from '@nestjs/platform-fastify';
import { IGNORES_BODY } from '../core/http/streamed-body.js';
import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblem } from '../core/errors/api-problem.js';
import { EventType } from './events.schema.js';
import { ActionTrackingParams, ApiTrackingLink } from './tracking.dto.js';
import { type TrackingLink, TrackingService } from './tracking.service.js';

const COUNTED = { description: 'Counted, where the contact is one of the message’s domain' };

/** The routes ignore the body: existing service workers send various content types and bodies. */
@ApiTags('Tracking')
@Controller('push-contacts/:encryptedContactId/messages/:encryptedMessageId')
export class TrackingController {
  constructor(private readonly tracking: TrackingService) {}

  @Post('clicked')
  @HttpCode(202)
  @RouteConfig(IGNORES_BODY)
  @ApiOperation({ summary: 'A visitor has clicked a notification' })
  @ApiTrackingLink()
  @ApiAcceptedResponse(COUNTED)
  @ApiProblem('validation_failed', 'database_unavailable')
  recordClick(@Param() link: TrackingLink): Promise<void> {
    return this.tracking.track(EventType.Clicked, link);
  }

  @Post('received')
  @HttpCode(202)
  @RouteConfig(IGNORES_BODY)
  @ApiOperation({ summary: 'A visitor’s browser has received a notification' })
  @ApiTrackingLink()
  @ApiAcceptedResponse(COUNTED)
  @ApiProblem('validation_failed', 'database_unavailable')
  recordReceipt(@Param() link: TrackingLink): Promise<void> {
    return this.tracking.track(EventType.Received, link);
  }

  @Post('dismissed')
  @HttpCode(202)
  @RouteConfig(IGNORES_BODY)
  @ApiOperation({ summary: 'A visitor has closed a notification without a click' })
  @ApiTrackingLink()
  @ApiAcceptedResponse(COUNTED)
  @ApiProblem('validation_failed', 'database_unavailable')
  recordDismissal(@Param() link: TrackingLink): Promise<void> {
    return this.tracking.track(EventType.Dismissed, link);
  }

  @Post('actionClick/:actionName')
  @HttpCode(202)
  @RouteConfig(IGNORES_BODY)
  @ApiOperation({ summary: 'A visitor has clicked an action of a notification' })
  @ApiAcceptedResponse(COUNTED)
  @ApiProblem('validation_failed', 'database_unavailable')
  recordActionClick(@Param() { actionName, ...link }: ActionTrackingParams): Promise<void> {
    return this.tracking.track(EventType.ActionClick, link, actionName);
  }
}
